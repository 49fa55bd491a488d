#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2, auth(): a client's handling of token endpoint errors.
#
# Expected: `invalid_grant` for a code ends in an error or in a new authorization request, since a code works once
# (RFC 6749 §4.1.2). A temporary outage of the token endpoint ends in an error, and the refresh token is tried again later.
# Seen: the refused code is sent a second time, unchanged: a server sees a replayed code, which many treat as theft. And
# when a refresh meets a 503 `server_error`, or a 502 page of a gateway, the person is sent to the authorization endpoint, although
# the refresh token is still valid. With `temporarily_unavailable` the client stops with an error and asks nobody: a server or a
# gateway should return it to avoid sign-ins during an outage.
#
# Prints the requests for each answer, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2
cat > run.mjs <<'JS'
import { auth } from '@modelcontextprotocol/sdk/client/auth.js'

const issuer = 'https://issuer.example'
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
}
const resource = { resource: 'https://api.example/mcp', authorization_servers: [issuer] }

async function run(status, error, { tokens, authorizationCode } = {}) {
  const steps = []
  const fetchFn = async (to, { body } = {}) => {
    const url = String(to)
    if (url.includes('oauth-protected-resource')) return Response.json(resource)
    if (!url.endsWith('/token')) return Response.json(metadata)
    const form = new URLSearchParams(String(body))
    steps.push(form.get('code') ?? form.get('grant_type'))
    return error.startsWith('<') ? new Response(error, { status }) : Response.json({ error }, { status })
  }
  const provider = {
    redirectUrl: 'http://localhost/callback',
    clientMetadata: { redirect_uris: ['http://localhost/callback'] },
    clientInformation: () => ({ client_id: 'app', issuer }),
    tokens: () => tokens && { ...tokens, issuer },
    saveTokens: () => {},
    saveCodeVerifier: () => {},
    codeVerifier: () => 'verifier',
    invalidateCredentials: () => {},
    redirectToAuthorization: () => void steps.push('asks the person'),
  }
  await auth(provider, { serverUrl: 'https://api.example/mcp', fetchFn, authorizationCode }).catch(() => steps.push('error'))
  console.log(`${status} ${error}: ${steps.join(', ')}`)
}

const tokens = { access_token: 'old', token_type: 'Bearer', refresh_token: 'good' }
await run(400, 'invalid_grant', { authorizationCode: 'code' })
await run(503, 'server_error', { tokens })
await run(502, '<h1>Bad Gateway</h1>', { tokens })
await run(503, 'temporarily_unavailable', { tokens })
JS
seen=$(node run.mjs 2>/dev/null)
echo "$seen"
[ "$seen" = '400 invalid_grant: code, code, error
503 server_error: refresh_token, asks the person
502 <h1>Bad Gateway</h1>: refresh_token, asks the person
503 temporarily_unavailable: refresh_token, error' ]
