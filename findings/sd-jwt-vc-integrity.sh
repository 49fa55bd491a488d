#!/bin/sh
# @sd-jwt/sd-jwt-vc 0.19.0: the hash of type metadata is compared in hexadecimal, so `vct#integrity` as specified is refused.
#
# Expected: SD-JWT VC has integrity metadata of W3C Subresource Integrity §3 there, as pages have it: `sha256-` and the hash in base64.
# Seen: "Integrity check … failed": the hash after `sha256-` is compared to hexadecimal digits, which that format does not have. The credential of an
# issuer who protects the metadata of its types is refused, as is each type with `extends#integrity`; without the claim it is accepted.
#
# Prints the outcome of each form, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @sd-jwt/sd-jwt-vc@0.19.0
cat > run.mjs <<'JS'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'

const metadata = JSON.stringify({ vct: 'https://issuer.example/badge', name: 'Badge' })
const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(metadata)).listen(0, '127.0.0.1')
await new Promise((listening) => server.once('listening', listening))
const vct = `http://127.0.0.1:${server.address().port}/badge`

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const issuer = new SDJwtVcInstance({
  signer: (data) => sign('sha256', Buffer.from(data), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
  signAlg: 'ES256',
  hasher: (data, alg) => createHash(alg.replace('-', '')).update(Buffer.from(data)).digest(),
  hashAlg: 'sha-256',
  saltGenerator: () => 'salt',
})
const hash = createHash('sha256').update(metadata).digest()
for (const [form, claims] of [
  ['without vct#integrity', {}],
  ['base64', { 'vct#integrity': `sha256-${hash.toString('base64')}` }],
  ['hexadecimal', { 'vct#integrity': `sha256-${hash.toString('hex')}` }],
]) {
  const credential = await issuer.issue({ iss: 'https://issuer.example', iat: 1800000000, vct, ...claims }, {})
  const outcome = await issuer.getVct(credential).then(
    ({ mergedTypeMetadata }) => `read, ${mergedTypeMetadata.name}`,
    (error) => error.message.replace(/ for .*/, ''),
  )
  console.log(`${form}: ${outcome}`)
}
server.close()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'without vct#integrity: read, Badge
base64: Integrity check
hexadecimal: read, Badge' ]
