#!/bin/sh
# PyJWT 2.15.1 and aws-jwt-verify 5.2.1: a key set with one key and no `kid` verifies nothing.
#
# Expected: `kid` is optional in a key and in a token (RFC 7517 §4.5, RFC 7515 §4.1.4), and is only needed where a set has several keys (OpenID Connect
# Core §10.1), so the one key is taken, as by jose, joserfc and jwks-rsa.
# Seen: PyJWKClient says that the endpoint has no signing keys at all; with a `kid` in the key alone it looks for the token's. aws-jwt-verify refuses the
# token before it looks at the set. Both are content as soon as key and token have the same `kid`. A server should write one from its first key on, also
# because the second key brings it anyway.
#
# Prints the outcome of each pair, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check 'PyJWT[crypto]==2.15.1'
npm init -y >/dev/null
npm install --silent --no-audit --no-fund aws-jwt-verify@5.2.1 jose@6.2.18
cat > verify.py <<'PY'
import sys, jwt

address, token = sys.argv[1:]
try:
    key = jwt.PyJWKClient(address).get_signing_key_from_jwt(token)
    jwt.decode(token, key, algorithms=["RS256"], audience="api")
    print("verified")
except jwt.PyJWTError as error:
    print(str(error).split(":")[0])
PY
cat > run.mjs <<'JS'
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { promisify } from 'node:util'
import { JwtVerifier } from 'aws-jwt-verify'
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'

let set
const server = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(set))).listen(0, '127.0.0.1')
await new Promise((listening) => server.once('listening', listening))
const jwksUri = `http://127.0.0.1:${server.address().port}/jwks`
const issuer = 'https://issuer.example'
const { publicKey, privateKey } = await generateKeyPair('RS256')

for (const [name, ofKey, ofToken] of [['none', {}, {}], ['key', { kid: '1' }, {}], ['key and token', { kid: '1' }, { kid: '1' }]]) {
  set = { keys: [{ ...(await exportJWK(publicKey)), use: 'sig', alg: 'RS256', ...ofKey }] }
  const claims = new SignJWT({ iss: issuer, aud: 'api', sub: 'ada' }).setExpirationTime('1h')
  const token = await claims.setProtectedHeader({ alg: 'RS256', ...ofToken }).sign(privateKey)
  for (const [library, verify] of [
    ['jose', () => jwtVerify(token, createLocalJWKSet(set))],
    ['aws-jwt-verify', async () => {
      const verifier = JwtVerifier.create({ issuer, audience: 'api', jwksUri: 'https://issuer.example/jwks' })
      verifier.cacheJwks(set)
      return verifier.verify(token)
    }],
    ['PyJWT', async () => {
      const { stdout } = await promisify(execFile)('bin/python', ['verify.py', jwksUri, token])
      if (stdout !== 'verified\n') throw new Error(stdout.trim())
    }],
  ])
    console.log(`kid of ${name}, ${library}: ${await verify().then(() => 'verified', (error) => error.message)}`)
}
server.close()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'kid of none, jose: verified
kid of none, aws-jwt-verify: JWT header does not have valid kid claim
kid of none, PyJWT: The JWKS endpoint did not contain any signing keys
kid of key, jose: verified
kid of key, aws-jwt-verify: JWT header does not have valid kid claim
kid of key, PyJWT: Unable to find a signing key that matches
kid of key and token, jose: verified
kid of key and token, aws-jwt-verify: verified
kid of key and token, PyJWT: verified' ]
