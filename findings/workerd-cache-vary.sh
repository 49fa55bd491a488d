#!/bin/sh
# miniflare 4.20260730.0 (workerd), caches.default: `Vary` is not looked at, so an answer for one origin is given to another.
#
# Expected: cache.match() of the Cache interface compares the headers that `Vary` names unless `ignoreVary` is set (Service Workers), as shared
# caches do (RFC 9111 §4.1), and `Vary: *`, which can never match, is refused by put(), as it is here too.
# Seen: put() takes `Vary: Origin` and match() finds the answer with any other origin. A key set or userinfo that is cached together with
# `Access-Control-Allow-Origin: https://one.example` is then useless for a page of another origin, and a page in one language is shown for the
# next. Send `*` where anybody may read, or put what varies into the address that is the key.
#
# Prints which request finds the answer that was put with the first origin, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0
cat > run.mjs <<'JS'
import { Miniflare } from 'miniflare'

const script = `
const request = (headers) => new Request('https://issuer.example/jwks', { headers })
const answer = (vary) => {
  const headers = { 'cache-control': 'max-age=60', vary, 'access-control-allow-origin': 'https://one.example' }
  return new Response('{}', { headers })
}
export default {
  async fetch() {
    const cache = caches.default
    const lines = []
    await cache.put(request({ origin: 'https://one.example' }), answer('Origin'))
    for (const headers of [{ origin: 'https://one.example' }, { origin: 'https://two.example' }, {}]) {
      const found = await cache.match(request(headers))
      const outcome = found ? 'found, for ' + found.headers.get('access-control-allow-origin') : 'not found'
      lines.push((headers.origin ?? 'no origin') + ': ' + outcome)
    }
    const star = await cache.put(request({}), answer('*')).then(() => 'taken', (error) => error.message)
    return new Response([...lines, 'Vary: *: ' + star].join('\\n'))
  },
}`
const runtime = new Miniflare({ modules: true, script, compatibilityDate: '2026-07-01' })
console.log(await (await runtime.dispatchFetch('http://localhost/')).text())
await runtime.dispose()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = "https://one.example: found, for https://one.example
https://two.example: found, for https://one.example
no origin: found, for https://one.example
Vary: *: Cannot cache response with 'Vary: *' header." ]
