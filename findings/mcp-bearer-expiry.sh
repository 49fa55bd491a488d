#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2, requireBearerAuth: a token without a known expiry is refused.
#
# Expected: `expiresAt` is optional in the result type of a verifier, and `exp` is optional in the answer of an
# introspection endpoint (RFC 7662 §2.2), so a verifier that uses introspection may leave it out.
# Seen: 401 `invalid_token`, `Token has no expiration time`. The token is valid, and the client has to sign in again and
# again. A verifier that relies on introspection has to make up an `expiresAt`, such as a minute from now.
#
# Prints the answers without and with `expiresAt`, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 express@5.2.1
cat > run.mjs <<'JS'
import express from 'express'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'

for (const known of [{}, { expiresAt: Math.floor(Date.now() / 1000) + 60 }]) {
  const verifyAccessToken = async (token) => ({ token, clientId: 'app', scopes: ['read'], ...known })
  const app = express().use(requireBearerAuth({ verifier: { verifyAccessToken } }))
  const server = app.get('/', (_, response) => response.send('in')).listen(0)
  const to = `http://localhost:${server.address().port}/`
  const answer = await fetch(to, { headers: { authorization: 'Bearer good' } })
  console.log(answer.status, await answer.text())
  server.close()
  server.closeAllConnections()
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = '401 {"error":"invalid_token","error_description":"Token has no expiration time"}
200 in' ]
