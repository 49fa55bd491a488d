#!/bin/sh
# @better-auth/oauth-provider 1.7.5 as the server, @modelcontextprotocol/sdk 1.32.2 as the client: no registration on loopback.
#
# Expected: an MCP client on a person's machine registers `http://127.0.0.1:PORT/callback` (RFC 8252 §7.3), with the
# members that the SDK's own interface requires, and gets a client id.
# Seen: `invalid_redirect_uri`, which says that http is only for loopback hosts, about a loopback address. The reason is
# `application_type`: without it the client counts as `web` (OpenID Connect Registration §2), and then no http address is accepted.
# A client on loopback has to send `application_type: native`, and a server should check the address, not the type.
#
# Prints the result of each registration, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --legacy-peer-deps \
  better-auth@1.7.25 @better-auth/oauth-provider@1.7.5 @modelcontextprotocol/sdk@1.32.2
cat > run.mjs <<'JS'
import { registerClient } from '@modelcontextprotocol/sdk/client/auth.js'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { jwt } from 'better-auth/plugins'

const tables = ['user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthResource', 'oauthClientResource']
const server = betterAuth({
  baseURL: 'https://issuer.example',
  secret: crypto.randomUUID() + crypto.randomUUID(),
  database: memoryAdapter(Object.fromEntries(tables.map((name) => [name, []]))),
  rateLimit: { enabled: false },
  plugins: [
    jwt(),
    oauthProvider({
      loginPage: '/sign-in',
      consentPage: '/consent',
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
      silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
    }),
  ],
})
const metadata = await server.api.getOAuthServerConfig()
const fetchFn = async (to, init) => server.handler(new Request(to, init))

for (const redirectUri of ['http://127.0.0.1:33418/callback', 'http://localhost:33418/callback']) {
  for (const type of [undefined, 'native']) {
    const clientMetadata = {
      redirect_uris: [redirectUri],
      client_name: 'Notes',
      token_endpoint_auth_method: 'none',
      ...(type && { application_type: type }),
    }
    const result = await registerClient(metadata.issuer, { metadata, clientMetadata, fetchFn }).then(
      () => 'registered',
      (error) => error.message,
    )
    console.log(`${redirectUri}, ${type ?? 'no type'}: ${result}`)
  }
}
process.exit()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'http://127.0.0.1:33418/callback, no type: web clients require https redirect URIs on non-loopback hosts: http://127.0.0.1:33418/callback
http://127.0.0.1:33418/callback, native: registered
http://localhost:33418/callback, no type: web clients require https redirect URIs on non-loopback hosts: http://localhost:33418/callback
http://localhost:33418/callback, native: registered' ]
