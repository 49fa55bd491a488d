#!/bin/sh
# nuxt-auth-utils 0.5.30, defineOAuthOidcEventHandler: `onError` is not called for a refused code.
#
# Expected: a handler with `onError` gets every failed sign-in, and shows the application's own page. The usual answer to a code that has expired or was used
# before, by a reload or the back button, is a 400 with `invalid_grant` (RFC 6749 §5.2).
# Seen: an error with status 401, or even 200, reaches `onError`. With 400 or 503 the request's own FetchError is thrown past it, so the person gets the general error
# page with the status of the token endpoint, and the application never learns the code. It has to catch the error around the handler, and to read `data.error`.
#
# Prints who gets each answer, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund nuxt-auth-utils@0.5.30 h3@1.15.11 ofetch@1.5.1 esbuild@0.28.2
cat > imports.mjs <<'JS'
// Nuxt's own part of the module's imports.
export { createError } from 'h3'
export const useRuntimeConfig = () => ({ oauth: { oidc: {} } })
JS
cat > run.mjs <<'JS'
import { createApp, toWebHandler } from 'h3'
import { createFetch } from 'ofetch'
import { defineOAuthOidcEventHandler } from './node_modules/nuxt-auth-utils/dist/runtime/server/lib/oauth/oidc.js'

let status, body
console.error = () => {}
globalThis.$fetch = createFetch({ fetch: async () => Response.json(body, { status }) })
const issuer = 'https://login.example'
const config = {
  clientId: 'app',
  clientSecret: 'secret',
  openidConfig: { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/userinfo` },
}
const onSuccess = () => 'onSuccess'
const onError = (_, { message }) => `onError, ${message}`
const app = createApp({ onError: () => {} }).use('/callback', defineOAuthOidcEventHandler({ config, onSuccess, onError }))
const visit = toWebHandler(app)
for (const [answer, error] of [[200, 'invalid_grant'], [401, 'invalid_client'], [400, 'invalid_client'], [400, 'invalid_grant'], [503, 'temporarily_unavailable']]) {
  ;[status, body] = [answer, { error }]
  const headers = { cookie: 'nuxt-auth-state=state; nuxt-auth-pkce=verifier; nuxt-auth-nonce=nonce' }
  const response = await visit(new Request('https://app.example/callback?code=code&state=state', { headers }))
  const text = await response.text()
  console.log(`${status} ${error}: ${text.startsWith('onError') ? text : `onError not called, the callback answers ${response.status}`}`)
}
JS
npx esbuild run.mjs --bundle --platform=node --format=esm --alias:#imports=./imports.mjs --outfile=bundle.mjs --log-level=error
seen=$(node bundle.mjs)
echo "$seen"
[ "$seen" = '200 invalid_grant: onError, Oidc login failed: invalid_grant
401 invalid_client: onError, Oidc login failed: invalid_client
400 invalid_client: onError not called, the callback answers 400
400 invalid_grant: onError not called, the callback answers 400
503 temporarily_unavailable: onError not called, the callback answers 503' ]
