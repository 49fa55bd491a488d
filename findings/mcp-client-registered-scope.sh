#!/bin/sh
# @modelcontextprotocol/client 2.4.0, auth(): the scope of the first challenge becomes that of the registration, for good.
#
# Expected: a client that registers itself (RFC 7591) leaves `scope` out, or registers again when an API requires more than it
# requested at first, since a server may restrict a client to its registered scope (RFC 7591 §2).
# Seen: it registers with the scope of the first challenge, `read`, and keeps that client when `read write` is required later. A server
# that restricts it to `read` refuses or narrows the second request, the API answers with the same challenge, and so on. A server
# that lets registered clients request every unrestricted scope is safe.
#
# Prints the registered and requested scopes, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/client@2.4.0
cat > run.mjs <<'JS'
import { auth } from '@modelcontextprotocol/client'

const issuer = 'https://issuer.example'
const api = 'https://api.example/mcp'
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
}
let client
const provider = {
  redirectUrl: 'http://127.0.0.1/callback',
  clientMetadata: { redirect_uris: ['http://127.0.0.1/callback'] },
  clientInformation: () => client,
  saveClientInformation: (made) => {
    client = made
  },
  tokens: () => undefined,
  saveTokens() {},
  saveCodeVerifier() {},
  codeVerifier: () => 'verifier',
  redirectToAuthorization: (url) => console.log(`authorize: ${url.searchParams.get('scope')}`),
}
const fetchFn = async (to, { body } = {}) => {
  const url = String(to)
  if (url === metadata.registration_endpoint) {
    console.log(`register: ${JSON.parse(body).scope}`)
    return Response.json({ ...JSON.parse(body), client_id: 'c' }, { status: 201 })
  }
  const isResource = url.includes('oauth-protected-resource')
  return Response.json(isResource ? { resource: api, authorization_servers: [issuer] } : metadata)
}
for (const scope of ['read', 'read write'])
  await auth(provider, { serverUrl: api, scope, fetchFn, forceReauthorization: true })
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'register: read
authorize: read
authorize: read write' ]
