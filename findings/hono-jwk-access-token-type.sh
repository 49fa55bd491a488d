#!/bin/sh
# hono 4.13.19, the middleware hono/jwk: an access token of RFC 9068 is refused.
#
# Expected: it verifies access tokens by the key set of an authorization server, so it accepts `typ: at+jwt`, which RFC 9068 §2.1
# requires.
# Seen: a header with any `typ` other than `JWT` is a 401 `invalid_token`. The same claims with the same key are accepted with
# `typ: JWT`, and without `typ`. The answer does not mention `typ`. A Worker behind a server of RFC 9068
# needs another library, such as jose, or a server that can be configured to write `typ: JWT`.
#
# Prints the status for each `typ`, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund hono@4.13.19 jose@6.2.18
cat > run.mjs <<'JS'
import { Hono } from 'hono'
import { jwk } from 'hono/jwk'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

const { publicKey, privateKey } = await generateKeyPair('RS256')
const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }]
const app = new Hono().use(jwk({ keys, alg: ['RS256'] })).get('/', (c) => c.text('in'))

for (const typ of ['JWT', undefined, 'at+jwt', 'application/at+jwt']) {
  const header = { alg: 'RS256', kid: 'one', ...(typ && { typ }) }
  const token = await new SignJWT({ scope: 'read' }).setProtectedHeader(header).setExpirationTime('1h').sign(privateKey)
  const { status } = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
  console.log(`${typ ?? 'no typ'}: ${status}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'JWT: 200
no typ: 200
at+jwt: 401
application/at+jwt: 401' ]
