#!/bin/sh
# oidc-client-ts 3.5.0, UserManager.signinSilent(): simultaneous calls each send the same refresh token.
#
# Expected: a renewal in progress is shared: three components that find the token expired at once need one renewal.
# Seen: three requests with one refresh token. A server that rotates refresh tokens for pages (RFC 9700 §4.14.2) and has no grace
# period detects a stolen token, and ends the sign-in for good. An application should share the promise of the first call
# with the others. A server helps by answering a repeated refresh with the same successor for a moment.
#
# Prints the sent refresh tokens, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund oidc-client-ts@3.5.0
cat > run.mjs <<'JS'
import { InMemoryWebStorage, User, UserManager, WebStorageStateStore } from 'oidc-client-ts'

const issuer = 'https://issuer.example'
const sent = []
globalThis.fetch = async (_, { body }) => {
  sent.push(new URLSearchParams(body).get('refresh_token'))
  return Response.json({ access_token: 'new', refresh_token: `second-${sent.length}`, token_type: 'Bearer', expires_in: 300 })
}
globalThis.window = globalThis
const store = new WebStorageStateStore({ store: new InMemoryWebStorage() })
const manager = new UserManager({
  authority: issuer,
  client_id: 'page',
  redirect_uri: 'https://app.example/callback',
  metadata: { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
  stateStore: store,
  userStore: store,
  automaticSilentRenew: false,
})
const profile = { sub: 'ada', iss: issuer, aud: 'page', iat: 0, exp: 0 }
await manager.storeUser(new User({ access_token: 'old', refresh_token: 'first', token_type: 'Bearer', profile }))

await Promise.all([manager.signinSilent(), manager.signinSilent(), manager.signinSilent()])
console.log('sent:', sent.join(', '))
process.exit()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'sent: first, first, first' ]
