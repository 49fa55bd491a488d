#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2, StreamableHTTPClientTransport: a client's reaction when the API requires another scope.
#
# Expected: a 403 `insufficient_scope` with `scope="write"`, for a token with `read`, sends the person to the authorization endpoint for
# `read write`, since a refresh can't add a scope (RFC 6749 §6) and the new token must work for both calls.
# Seen: with a refresh token the client refreshes, gets the same scopes, tries again, and gives up: the person is never asked, and the
# scope can't be obtained until the refresh token expires. Without a refresh token it requests only `write`: a server that grants
# the requested scope issues a token without `read`, and the next call needs a step back. An API helps by naming in its challenge all
# scopes that the client needs, not only the missing one.
#
# Prints the steps with and without a refresh token, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2
cat > run.mjs <<'JS'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const issuer = 'https://issuer.example'
const api = 'https://api.example/mcp'
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
}
const resource = { resource: api, authorization_servers: [issuer], scopes_supported: ['read', 'write'] }
const challenge = 'Bearer error="insufficient_scope", scope="write", ' +
  'resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp"'

for (const refreshToken of ['good', undefined]) {
  const steps = []
  const fetch = async (to, { body } = {}) => {
    const url = String(to)
    if (url.includes('oauth-protected-resource')) return Response.json(resource)
    if (url.includes('.well-known')) return Response.json(metadata)
    if (url === api) {
      steps.push('API: 403')
      return new Response('', { status: 403, headers: { 'www-authenticate': challenge } })
    }
    const form = new URLSearchParams(String(body))
    steps.push(`${form.get('grant_type')}, scope ${form.get('scope')}`)
    return Response.json({ access_token: 'new', token_type: 'Bearer', scope: 'read' })
  }
  let tokens = { access_token: 'old', token_type: 'Bearer', scope: 'read', refresh_token: refreshToken, issuer }
  const authProvider = {
    redirectUrl: 'http://localhost/callback',
    clientMetadata: { redirect_uris: ['http://localhost/callback'] },
    clientInformation: () => ({ client_id: 'app', issuer }),
    tokens: () => tokens,
    saveTokens: (saved) => { tokens = saved },
    saveCodeVerifier: () => {},
    codeVerifier: () => 'verifier',
    redirectToAuthorization: (to) => void steps.push(`asks the person for ${to.searchParams.get('scope')}`),
  }
  const transport = new StreamableHTTPClientTransport(new URL(api), { authProvider, fetch })
  await transport.start()
  await transport.send({ jsonrpc: '2.0', id: 1, method: 'ping' }).catch(() => steps.push('error'))
  console.log(`${refreshToken ? 'refresh token' : 'none'}: ${steps.join('; ')}`)
}
JS
seen=$(node run.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = 'refresh token: API: 403; refresh_token, scope null; API: 403; error
none: API: 403; asks the person for write; error' ]
