#!/bin/sh
# node-jose 2.2.0 with jose 6.2.18: ECDH-ES with A256CBC-HS512 is an unsupported algorithm.
#
# Expected: both algorithms are supported, alone and in any combination, so ECDH-ES agrees on the 512 bits that A256CBC-HS512 needs (RFC 7518
# §4.6.2, §5.2.5).
# Seen: "unsupported algorithm" when decrypting this combination. ECDH-ES with A128CBC-HS256, A128GCM and A256GCM works, and so
# does A256CBC-HS512 with ECDH-ES+A256KW.
#
# Prints each outcome, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node-jose@2.2.0 jose@6.2.18
cat > run.mjs <<'JS'
import * as jose from 'jose'
import nodeJose from 'node-jose'

const { publicKey, privateKey } = await jose.generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true })
const key = await nodeJose.JWK.asKey(await jose.exportJWK(privateKey))
for (const [alg, enc] of [
  ['ECDH-ES', 'A128CBC-HS256'],
  ['ECDH-ES', 'A256GCM'],
  ['ECDH-ES', 'A256CBC-HS512'],
  ['ECDH-ES+A256KW', 'A256CBC-HS512'],
]) {
  const content = new TextEncoder().encode('content')
  const made = await new jose.CompactEncrypt(content).setProtectedHeader({ alg, enc }).encrypt(publicKey)
  const read = nodeJose.JWE.createDecrypt(key).decrypt(made)
  console.log(`${alg} ${enc}: ${await read.then(({ plaintext }) => plaintext, (error) => error.message)}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'ECDH-ES A128CBC-HS256: content
ECDH-ES A256GCM: content
ECDH-ES A256CBC-HS512: unsupported algorithm
ECDH-ES+A256KW A256CBC-HS512: content' ]
