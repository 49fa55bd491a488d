#!/bin/sh
# @hono/mcp 0.3.2 with hono 4.13.19: its challenge names metadata that its router does not serve, and its revocation takes no form.
#
# Expected: with `resourceServerUrl: https://api.example/mcp`, each 401 of the package's own bearerAuth has a `resource_metadata` at which its own router answers
# (RFC 9728 §5.1). A revocation is a form (RFC 7009 §2.1), as the token request is.
# Seen: the challenge has the address without the path, and the router serves the one with the path: 404, so a client that follows the challenge finds no
# authorization server. The challenge to an expired token has no address at all, and that to no token the unknown `error="Unauthorized"`. Revocation reads JSON alone: a
# form, which every client sends, is a 500. An API has to write the challenges itself (`wwwAuthenticateHeader` of bearerAuth).
#
# Prints the challenges, the status of each address and of each revocation, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @hono/mcp@0.3.2 hono@4.13.19 @modelcontextprotocol/sdk@1.32.2 hono-rate-limiter@0.5.4
cat > run.mjs <<'JS'
import { bearerAuth, mcpAuthRouter } from '@hono/mcp/auth'
import { Hono } from 'hono'

const issuerUrl = new URL('https://login.example')
const resourceServerUrl = new URL('https://api.example/mcp')
const client = { client_id: 'app', redirect_uris: ['https://app.example/callback'] }
const provider = { clientsStore: { getClient: () => client }, revokeToken: async () => {} }
const unlimited = { rateLimit: false }
const router = mcpAuthRouter({ provider, issuerUrl, resourceServerUrl, authorizationOptions: unlimited, tokenOptions: unlimited, revocationOptions: unlimited })
const app = new Hono().route('/', router).use('/mcp', bearerAuth({ verifyToken: async (token) => token === 'valid' }))
app.get('/mcp', (c) => c.text('answer'))

for (const [name, headers] of [['no token', {}], ['expired token', { authorization: 'Bearer expired' }]]) {
  const response = await app.request('https://api.example/mcp', { headers })
  console.log(`${name}: ${response.status} ${response.headers.get('www-authenticate')}`)
}
for (const path of ['/.well-known/oauth-protected-resource', '/.well-known/oauth-protected-resource/mcp'])
  console.log(`${path}: ${(await app.request(`https://api.example${path}`)).status}`)
for (const [name, type, body] of [
  ['form', 'application/x-www-form-urlencoded', 'token=token&client_id=app'],
  ['JSON', 'application/json', JSON.stringify({ token: 'token', client_id: 'app' })],
]) {
  const response = await app.request('https://login.example/revoke', { method: 'POST', headers: { 'content-type': type }, body })
  console.log(`revocation, ${name}: ${response.status} ${await response.text()}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'no token: 401 Bearer error="Unauthorized", error_description="Unauthorized", resource_metadata="https://api.example/.well-known/oauth-protected-resource"
expired token: 401 Bearer error="invalid_token"
/.well-known/oauth-protected-resource: 404
/.well-known/oauth-protected-resource/mcp: 200
revocation, form: 500 {"error":"server_error","error_description":"Internal Server Error"}
revocation, JSON: 200 {}' ]
