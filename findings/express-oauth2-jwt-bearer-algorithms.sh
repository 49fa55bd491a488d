#!/bin/sh
# express-oauth2-jwt-bearer 1.10.0, issuerBaseURL: access tokens may only be signed by the algorithms of ID tokens.
#
# Expected: `id_token_signing_alg_values_supported` (OpenID Connect Discovery §3) says nothing of access tokens, so an ES256 access token is
# verified by the ES256 key of the server's key set, as RFC 9068 §4 describes.
# Seen: that list is the list of accepted algorithms. A server that signs ID tokens with RS256 only and access tokens with ES256 gets
# "Unexpected 'alg' value" for each of its tokens. Without the list, or with ES256 in it, they are accepted.
#
# Prints the verdict for each list, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund express-oauth2-jwt-bearer@1.10.0 jose@6.2.18
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import { auth } from 'express-oauth2-jwt-bearer'
import * as jose from 'jose'

const { privateKey, publicKey } = await jose.generateKeyPair('ES256')
const key = { ...(await jose.exportJWK(publicKey)), kid: 'key', use: 'sig', alg: 'ES256' }
let listed
const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  const metadata = { issuer, jwks_uri: `${issuer}/jwks`, id_token_signing_alg_values_supported: listed }
  response.end(JSON.stringify(request.url === '/jwks' ? { keys: [key] } : metadata))
})
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${server.address().port}`
const token = await new jose.SignJWT({ client_id: 'client', scope: 'read' })
  .setProtectedHeader({ alg: 'ES256', kid: 'key', typ: 'at+jwt' })
  .setIssuer(issuer)
  .setAudience('https://api.example')
  .setSubject('ada')
  .setJti('1')
  .setIssuedAt()
  .setExpirationTime('1m')
  .sign(privateKey)

for (listed of [undefined, ['RS256'], ['RS256', 'ES256']]) {
  const check = auth({ issuerBaseURL: issuer, audience: 'https://api.example' })
  const request = { headers: { authorization: `Bearer ${token}` }, method: 'GET', query: {}, is: () => false, get: () => 'api.example' }
  const refused = await new Promise((done) => check(request, { setHeader() {} }, done))
  console.log(`${listed ?? 'no list'}: ${refused ? refused.message : 'accepted'}`)
}
server.close()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = "no list: accepted
RS256: Unexpected 'alg' value
RS256,ES256: accepted" ]
