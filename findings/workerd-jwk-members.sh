#!/bin/sh
# miniflare 4.20260730.0 (workerd), crypto.subtle.exportKey: the JWK of a public key has a member `d`.
#
# Expected: an exported public EC key has the members that it needs (`kty`, `crv`, `x`, `y`, `ext`, `key_ops`), as in Node and browsers, since Web
# Cryptography sets no others.
# Seen: it has all 18 members that any key could have, of which most are undefined: `d`, `k` and `oth` too. JSON does not show them, but
# `'d' in jwk` is true for every key, so code that refuses private keys in this way (in a DPoP proof, a registration or a key set) refuses
# all keys of a Worker, and Object.keys() or a strict schema sees names that are not there elsewhere. Compare with undefined.
#
# Prints the members in Node and in the Workers runtime, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0
cat > run.mjs <<'JS'
import { Miniflare } from 'miniflare'

async function members() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { publicKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const jwk = await crypto.subtle.exportKey('jwk', publicKey)
  const json = Object.keys(JSON.parse(JSON.stringify(jwk)))
  return `'d' in jwk: ${'d' in jwk}, members: ${Object.keys(jwk).sort()}, in JSON: ${json.sort()}`
}
const script = `${members}; export default { async fetch() { return new Response(await members()) } }`
const runtime = new Miniflare({ modules: true, script, compatibilityDate: '2026-07-01' })
console.log('Node:', await members())
console.log('Workers:', await (await runtime.dispatchFetch('http://localhost/')).text())
await runtime.dispose()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = "Node: 'd' in jwk: false, members: crv,ext,key_ops,kty,x,y, in JSON: crv,ext,key_ops,kty,x,y
Workers: 'd' in jwk: true, members: alg,crv,d,dp,dq,e,ext,k,key_ops,kty,n,oth,p,q,qi,use,x,y, in JSON: crv,ext,key_ops,kty,x,y" ]
