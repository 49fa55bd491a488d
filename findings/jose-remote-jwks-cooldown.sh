#!/bin/sh
# jose 6.2.18, createRemoteJWKSet: the cooldown counts from the last successful fetch, not from the last request.
#
# Expected: with cooldownDuration at its default of 30 s, five verifications in a row while the key server is down cause one request.
# Seen: each of them sends a request, because a failed request starts no cooldown. A resource server whose issuer is down sends one
# request for each presented token. After a successful request, an unknown `kid` does wait for the cooldown.
#
# Prints "while it is down: 5 requests; after one success: 1 request", and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund jose@6.2.18
cat > run.mjs <<'JS'
import { createRemoteJWKSet, customFetch, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const known = { ...(await exportJWK(publicKey)), kid: 'known', alg: 'ES256' }
const token = (kid) => new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey)
let requests = 0
let isDown = true
const keys = createRemoteJWKSet(new URL('https://issuer.example/jwks'), {
  [customFetch]: async () => {
    requests++
    return isDown ? new Response('', { status: 503 }) : Response.json({ keys: [known] })
  },
})

for (let i = 0; i < 5; i++) await jwtVerify(await token('known'), keys).catch(() => {})
const down = requests

isDown = false
await jwtVerify(await token('known'), keys)
requests = 0
for (let i = 0; i < 5; i++) await jwtVerify(await token('unknown'), keys).catch(() => {})
console.log(`while it is down: ${down} requests; after one success: ${1 + requests} request`)
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'while it is down: 5 requests; after one success: 1 request' ]
