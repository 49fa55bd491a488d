#!/bin/sh
# @openauthjs/openauth 0.4.3 as the server, oauth4webapi 3.8.8 (which openid-client 6 is built on) as the client: no sign-in.
#
# Expected: an OAuth 2.0 server and an OAuth 2.0 client complete the code flow with PKCE.
# Seen: the metadata is read and the code is issued, but the token answer has no `token_type`, which RFC 6749 §5.1 requires. The
# client refuses the answer after the code was used up, also at each refresh. OpenAuth's own client does not check it. Before
# replacing a server, test it with strict clients, not only with its own.
#
# Prints the members of the token answer and the error, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openauthjs/openauth@0.4.3 oauth4webapi@3.8.8 hono@4.13.19
cat > run.mjs <<'JS'
import { issuer } from '@openauthjs/openauth'
import { MemoryStorage } from '@openauthjs/openauth/storage/memory'
import { createSubjects } from '@openauthjs/openauth/subject'
import * as oauth from 'oauth4webapi'

const any = { '~standard': { version: 1, vendor: 'here', validate: (value) => ({ value }) } }
const server = issuer({
  subjects: createSubjects({ user: any }),
  storage: MemoryStorage(),
  allow: async () => true,
  providers: {
    nobody: { type: 'nobody', init: (routes, is) => routes.get('/authorize', (c) => is.success(c, {})) },
  },
  success: (is) => is.subject('user', { id: 'ada' }),
})
const options = { [oauth.customFetch]: async (url, init) => server.request(String(url), init) }

const base = new URL('https://issuer.example')
const metadata = await oauth.processDiscoveryResponse(
  base,
  await oauth.discoveryRequest(base, { ...options, algorithm: 'oauth2' }),
)
const client = { client_id: 'page' }
const verifier = oauth.generateRandomCodeVerifier()
const redirectUri = 'https://app.example/callback'
let to = new URL(metadata.authorization_endpoint)
to.search = new URLSearchParams({
  provider: 'nobody',
  response_type: 'code',
  client_id: 'page',
  redirect_uri: redirectUri,
  state: 'state',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
})
let cookie = ''
while (to.origin === base.origin) {
  const { headers } = await server.request(to.href, { headers: { cookie } })
  cookie ||= headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
  to = new URL(headers.get('location'), base)
}
const callback = oauth.validateAuthResponse(metadata, client, to, 'state')
const answer = await oauth.authorizationCodeGrantRequest(
  metadata, client, oauth.None(), callback, redirectUri, verifier, options,
)
console.log(answer.status, Object.keys(await answer.clone().json()).join(' '))
await oauth.processAuthorizationCodeResponse(metadata, client, answer).catch((error) => console.log(error.message))
JS
# The server logs each request.
seen=$(node run.mjs | grep -v '^<--\|^-->')
echo "$seen"
[ "$seen" = '200 access_token expires_in refresh_token
"response" body "token_type" property must be a string' ]
