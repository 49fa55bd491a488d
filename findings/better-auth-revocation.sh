#!/bin/sh
# @better-auth/oauth-provider 1.7.5, revocation: revoking an already deleted token is an error.
#
# Expected: 200, as for a token that was just revoked: RFC 7009 §2.2 requires it for invalid tokens too, since the purpose of the
# request is already achieved.
# Seen: 400 `invalid_request`, `token not found`. A client signs out twice, or after its refresh token has expired, and the second
# sign-out fails: openid-client rejects, and an application that removes its session only afterwards keeps people signed in. Such
# an application ends its own session first.
#
# Prints the answer to a token that does not exist, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --legacy-peer-deps \
  better-auth@1.7.25 @better-auth/oauth-provider@1.7.5 openid-client@6.9.0
cat > run.mjs <<'JS'
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { jwt } from 'better-auth/plugins'
import * as client from 'openid-client'

const tables = [
  'user', 'session', 'account', 'verification', 'jwks', 'oauthClient', 'oauthResource', 'oauthClientResource',
  'oauthAccessToken', 'oauthRefreshToken', 'oauthConsent',
]
const server = betterAuth({
  baseURL: 'https://issuer.example',
  secret: crypto.randomUUID() + crypto.randomUUID(),
  database: memoryAdapter(Object.fromEntries(tables.map((name) => [name, []]))),
  rateLimit: { enabled: false },
  logger: { disabled: true },
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
const options = { [client.customFetch]: (to, init) => server.handler(new Request(to, init)) }
const asking = { redirect_uris: ['https://app.example/callback'], token_endpoint_auth_method: 'client_secret_post' }
const config = await client.dynamicClientRegistration(new URL('https://issuer.example/api/auth'), asking, undefined, options)

for (const [name, token] of [['unknown', 'gone'], ['unknown, with a hint', 'gone']]) {
  const hint = name.endsWith('hint') ? { token_type_hint: 'refresh_token' } : {}
  const result = await client.tokenRevocation(config, token, hint).then(
    () => 'revoked',
    (error) => `${error.status} ${error.error}: ${error.error_description}`,
  )
  console.log(`${name}: ${result}`)
}
process.exit()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'unknown: 400 invalid_request: token not found
unknown, with a hint: 400 invalid_request: token not found' ]
