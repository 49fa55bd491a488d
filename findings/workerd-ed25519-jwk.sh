#!/bin/sh
# miniflare 4.20260730.0 (workerd), crypto.subtle.importKey: an Ed25519 key that Node exported is refused.
#
# Expected: a JWK that crypto.subtle.exportKey of Node writes can be imported by crypto.subtle of the Workers runtime. Both are Web
# Cryptography, and both names of the algorithm are registered (RFC 8037, RFC 9864).
# Seen: Node writes `alg: Ed25519`, and the Workers runtime takes `alg: EdDSA` or none: anything else is a DataError. The Workers
# runtime itself writes `EdDSA`. A signing key that a script makes and a Worker loads has to lose its `alg` on the way. jose
# removes it before an import, so it shows only where Web Cryptography is used as it is.
#
# Prints what Node writes and what the Workers runtime takes, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0
cat > run.mjs <<'JS'
import { Miniflare } from 'miniflare'

async function worker(request) {
  const jwk = await request.json()
  const lines = []
  for (const alg of ['Ed25519', 'EdDSA', undefined]) {
    const key = { ...jwk, alg }
    if (alg === undefined) delete key.alg
    const result = await crypto.subtle.importKey('jwk', key, 'Ed25519', false, ['verify']).then(() => 'yes', (error) => error.name)
    lines.push(`takes ${alg ?? 'no alg'}: ${result}`)
  }
  const { publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
  lines.push(`writes ${(await crypto.subtle.exportKey('jwk', publicKey)).alg}`)
  return new Response(lines.join('\n'))
}

const { publicKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
const jwk = await crypto.subtle.exportKey('jwk', publicKey)
console.log(`Node writes ${jwk.alg}`)
const runtime = new Miniflare({ modules: true, compatibilityDate: '2026-07-01', script: `export default { fetch: ${worker} }` })
const answer = await runtime.dispatchFetch('https://worker.example', { method: 'POST', body: JSON.stringify(jwk) })
console.log(await answer.text())
await runtime.dispose()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Node writes Ed25519
takes Ed25519: DataError
takes EdDSA: yes
takes no alg: yes
writes EdDSA' ]
