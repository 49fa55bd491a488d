#!/bin/sh
# jose 6.2.18 in miniflare 4.20260730.0 (workerd) with `nodejs_compat`: a key of node:crypto can't sign or verify.
#
# Expected: jose takes a KeyObject wherever it takes a key, and the Workers runtime has createPrivateKey and createPublicKey of node:crypto, so code
# that reads a PEM file in this way in Node works in a Worker.
# Seen: "The toCryptoKey method is not implemented", for every algorithm: jose calls this method of the KeyObject because it is there. The key
# itself is usable: node:crypto signs with it. `importPKCS8`, `importSPKI` and `importJWK` of jose work in both.
#
# Prints the outcome for each kind of key, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0 jose@6.2.18 esbuild@0.28.2
cat > worker.mjs <<'JS'
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { importPKCS8, SignJWT } from 'jose'

export default {
  async fetch() {
    const lines = []
    for (const [alg, type, options] of [
      ['RS256', 'rsa', { modulusLength: 2048 }],
      ['ES256', 'ec', { namedCurve: 'P-256' }],
    ]) {
      const pem = generateKeyPairSync(type, options).privateKey.export({ type: 'pkcs8', format: 'pem' })
      const jwt = (key) => new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg }).sign(key)
      for (const [what, attempt] of [
        ['node:crypto', async () => sign('sha256', Buffer.from('data'), createPrivateKey(pem))],
        ['jose, importPKCS8', async () => jwt(await importPKCS8(pem, alg))],
        ['jose, createPrivateKey', async () => jwt(createPrivateKey(pem))],
      ])
        lines.push(`${alg} ${what}: ${await attempt().then(() => 'signed', (error) => error.message)}`)
    }
    return new Response(lines.join('\n'))
  },
}
JS
node_modules/.bin/esbuild worker.mjs --bundle --format=esm --conditions=workerd --external:node:* --outfile=bundle.mjs --log-level=error
cat > run.mjs <<'JS'
import { Miniflare } from 'miniflare'

const modules = [{ type: 'ESModule', path: 'bundle.mjs' }]
const runtime = new Miniflare({ modules, compatibilityDate: '2026-07-01', compatibilityFlags: ['nodejs_compat'] })
console.log(await (await runtime.dispatchFetch('http://localhost/')).text())
await runtime.dispose()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'RS256 node:crypto: signed
RS256 jose, importPKCS8: signed
RS256 jose, createPrivateKey: The toCryptoKey method is not implemented
ES256 node:crypto: signed
ES256 jose, importPKCS8: signed
ES256 jose, createPrivateKey: The toCryptoKey method is not implemented' ]
