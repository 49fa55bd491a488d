#!/bin/sh
# simple-oauth2 5.1.0, AccessToken.refresh(): the refresh token is lost when the answer brings no new one.
#
# Expected: a server may omit a new refresh token (RFC 6749 §6), and the client then keeps using the old one.
# Seen: the token object that refresh() returns has no refresh token. The first refresh works, and the second one sends
# `refresh_token=` with nothing behind it, so people are signed out after the second lifetime of an access token, not at once.
# A server that rotates at each refresh hides it. Otherwise: client.createToken({ ...before.token, ...after.token }), without
# undefined members.
#
# Prints the two refresh requests, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund simple-oauth2@5.1.0
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import { AuthorizationCode } from 'simple-oauth2'

const server = createServer(async (request, response) => {
  for await (const body of request) console.log(String(body))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ access_token: 'new', token_type: 'Bearer', expires_in: 300 }))
})
await new Promise((resolve) => server.listen(0, resolve))
const tokenHost = `http://localhost:${server.address().port}`
const client = new AuthorizationCode({ client: { id: 'app', secret: 'secret' }, auth: { tokenHost } })

const first = client.createToken({ access_token: 'old', refresh_token: 'kept', expires_in: 300 })
const second = await first.refresh()
await second.refresh()
server.close()
server.closeAllConnections()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'grant_type=refresh_token&refresh_token=kept
grant_type=refresh_token&refresh_token=' ]
