#!/bin/sh
# @atproto-labs/did-resolver 0.2.6 (below @atproto/oauth-client) in miniflare 4.20260730.0 (workerd): no identity can be resolved.
#
# Expected: a library that only uses `fetch`, and is for browsers and servers alike, finds the document of a `did:plc` in a Worker too.
# Seen: TypeError, "Invalid redirect value", before any request: it asks for `redirect: 'error'`, which the Workers runtime refuses, while Node and
# browsers fail at a redirect only. So no sign-in with an AT Protocol account gets as far as the authorization server. A `fetch` of one's own, which
# the library takes, does not help: the Request is made before it is called. A library for Workers should ask for `manual`.
#
# Prints the outcome in Node and in the Workers runtime, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0 @atproto-labs/did-resolver@0.2.6 esbuild@0.28.2
cat > attempt.mjs <<'JS'
import { DidPlcMethod } from '@atproto-labs/did-resolver'

export async function attempt(plcDirectoryUrl) {
  const manual = (request, init) => fetch(new Request(request, { ...init, redirect: 'manual' }))
  const lines = []
  for (const [name, options] of [['its own fetch', {}], ['a fetch with redirect: manual', { fetch: manual }]]) {
    const method = new DidPlcMethod({ plcDirectoryUrl, ...options })
    const outcome = await method.resolve('did:plc:44ybard66vv44zksje25o7dz').then(
      ({ id }) => `found ${id}`,
      (error) => `${error.name}, ${error.message.split(',')[0]}`,
    )
    lines.push(`${name}: ${outcome}`)
  }
  return lines.join('\n')
}
JS
cat > worker.mjs <<'JS'
import { attempt } from './attempt.mjs'
export default { fetch: async (request) => new Response(await attempt(request.headers.get('directory'))) }
JS
node_modules/.bin/esbuild worker.mjs --bundle --format=esm --conditions=workerd --external:node:* --outfile=bundle.mjs --log-level=error
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import { Miniflare } from 'miniflare'
import { attempt } from './attempt.mjs'

const document = JSON.stringify({ '@context': ['https://www.w3.org/ns/did/v1'], id: 'did:plc:44ybard66vv44zksje25o7dz' })
const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(document)).listen(0, '127.0.0.1')
await new Promise((listening) => server.once('listening', listening))
const directory = `http://127.0.0.1:${server.address().port}`
console.log(`Node\n${await attempt(directory)}`)
const runtime = new Miniflare({ modules: [{ type: 'ESModule', path: 'bundle.mjs' }], compatibilityDate: '2026-07-01', compatibilityFlags: ['nodejs_compat'] })
console.log(`Workers\n${await (await runtime.dispatchFetch('http://localhost/', { headers: { directory } })).text()}`)
await runtime.dispose()
server.close()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Node
its own fetch: found did:plc:44ybard66vv44zksje25o7dz
a fetch with redirect: manual: found did:plc:44ybard66vv44zksje25o7dz
Workers
its own fetch: TypeError, Invalid redirect value
a fetch with redirect: manual: TypeError, Invalid redirect value' ]
