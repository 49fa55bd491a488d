#!/bin/sh
# jsonwebtoken 9.0.3 in miniflare 4.20260730.0 (workerd) with `nodejs_compat`: RS256 and ES256 work, PS256 does not.
#
# Expected: the Workers runtime has what jsonwebtoken needs of node:crypto, so an RSA key that signs with RS256 signs with PS256 too, as in Node; FAPI
# servers ask for PS256 or ES256 and refuse RS256.
# Seen: signing with PS256 is a TypeError, "options.key" must be a string or a buffer, also if the key was given as PEM: the library makes a
# KeyObject of it and passes it on together with the padding, a form that this runtime does not take. createSign() itself signs with the
# PEM text and the same padding.
#
# Prints the outcome of each algorithm in Node and in the Workers runtime, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0 jsonwebtoken@9.0.3 esbuild@0.28.2
cat > attempts.mjs <<'JS'
import { generateKeyPairSync } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'

export function attempts() {
  const lines = []
  for (const [algorithm, type, options] of [
    ['RS256', 'rsa', { modulusLength: 2048 }],
    ['ES256', 'ec', { namedCurve: 'P-256' }],
    ['PS256', 'rsa', { modulusLength: 2048 }],
  ]) {
    const pair = generateKeyPairSync(type, options)
    const secret = pair.privateKey.export({ type: 'pkcs8', format: 'pem' })
    const open = pair.publicKey.export({ type: 'spki', format: 'pem' })
    try {
      const token = jsonwebtoken.sign({ sub: 'ada' }, secret, { algorithm })
      lines.push(`${algorithm} verified ${jsonwebtoken.verify(token, open, { algorithms: [algorithm] }).sub}`)
    } catch (error) {
      lines.push(`${algorithm} ${error.name}: ${error.message.slice(0, 62)}`)
    }
  }
  return lines.join('\n')
}
JS
echo "import { attempts } from './attempts.mjs'; export default { fetch: () => new Response(attempts()) }" > worker.mjs
require="import { createRequire } from 'node:module'; const require = createRequire('/');"
node_modules/.bin/esbuild worker.mjs --bundle --format=esm --platform=node --outfile=bundle.mjs --log-level=error --banner:js="$require"
cat > run.mjs <<'JS'
import { Miniflare } from 'miniflare'
import { attempts } from './attempts.mjs'

console.log(`Node\n${attempts()}`)
const modules = [{ type: 'ESModule', path: 'bundle.mjs' }]
const runtime = new Miniflare({ modules, compatibilityDate: '2026-07-01', compatibilityFlags: ['nodejs_compat'] })
console.log(`Workers\n${await (await runtime.dispatchFetch('http://localhost/')).text()}`)
await runtime.dispose()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Node
RS256 verified ada
ES256 verified ada
PS256 verified ada
Workers
RS256 verified ada
ES256 verified ada
PS256 TypeError: The "options.key" property must be of type string or an instan' ]
