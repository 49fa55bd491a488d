#!/bin/sh
# aws-jwt-verify 5.2.1, and fast-jwt 6.3.6 with get-jwks 11.0.3: each lacks one of the usual algorithms.
#
# Expected: a verifier for any issuer's tokens that has EdDSA and ES512 has PS256 too, which FAPI servers use (FAPI 2.0 §5.4.1); and two libraries that are
# documented together verify what both list, such as EdDSA.
# Seen: JwtVerifier of aws-jwt-verify refuses PS256, though it takes RS256 from the same key. get-jwks makes PEM of every key and knows RSA and EC alone, so an
# Ed25519 key ends in "Cannot fetch key", while fast-jwt verifies the token with a key that is given to it. ES256 works with all of them: a
# server that does not know what its APIs are built on should sign access tokens with it, or RS256.
#
# Prints the outcome of each algorithm, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-jwt-verify@5.2.1 fast-jwt@6.3.6 get-jwks@11.0.3 jose@6.2.18
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier } from 'fast-jwt'
import buildGetJwks from 'get-jwks'
import { createLocalJWKSet, exportJWK, exportSPKI, generateKeyPair, jwtVerify, SignJWT } from 'jose'

let set
const server = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(set))).listen(0, '127.0.0.1')
await new Promise((listening) => server.once('listening', listening))
const domain = `http://127.0.0.1:${server.address().port}`

for (const alg of ['RS256', 'PS256', 'ES256', 'EdDSA']) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  set = { keys: [{ ...(await exportJWK(publicKey)), kid: '1', use: 'sig', alg }] }
  const claims = new SignJWT({ iss: domain, aud: 'api', sub: 'ada' }).setExpirationTime('1h')
  const token = await claims.setProtectedHeader({ alg, kid: '1', typ: 'at+jwt' }).sign(privateKey)

  const aws = JwtVerifier.create({ issuer: domain, audience: 'api', jwksUri: `${domain}/jwks` })
  aws.cacheJwks(set)
  const jwks = buildGetJwks({ jwksPath: '/jwks' })
  const fetched = createVerifier({ key: ({ header: { alg, kid } }) => jwks.getPublicKey({ domain, alg, kid }) })
  const given = createVerifier({ key: await exportSPKI(publicKey) })
  for (const [name, verify] of [
    ['jose', () => jwtVerify(token, createLocalJWKSet(set))],
    ['aws-jwt-verify', () => aws.verify(token)],
    ['fast-jwt', async () => given(token)],
    ['fast-jwt with get-jwks', () => fetched(token)],
  ])
    console.log(`${alg}, ${name}: ${await verify().then(() => 'verified', (error) => error.message.split('.')[0])}`)
}
server.close()
JS
seen=$(node run.mjs)
echo "$seen"
verified() { printf '%s, jose: verified\n%s, aws-jwt-verify: %s\n%s, fast-jwt: verified\n%s, fast-jwt with get-jwks: %s' "$1" "$1" "$2" "$1" "$1" "$3"; }
[ "$seen" = "$(verified RS256 verified verified)
$(verified PS256 'JWT signature algorithm not allowed: PS256' verified)
$(verified ES256 verified verified)
$(verified EdDSA verified 'Cannot fetch key')" ]
