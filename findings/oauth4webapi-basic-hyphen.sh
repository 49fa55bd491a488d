#!/bin/sh
# oauth4webapi 3.8.8 (below openid-client 6) with @node-oauth/oauth2-server 5.3.0 and @jmondi/oauth2-server 4.3.7: `my-app` can't authenticate.
#
# Expected: RFC 6749 §2.3.1 encodes id and secret like a form before they go into the header, and a form leaves `-`, `_` and `.` as they are. So an id
# and a secret of letters, digits and these characters pass at every server, also at one that forgets to decode.
# Seen: the client writes `%2D`, `%5F` and `%2E`, which a decoder reads back. These two servers don't decode, and refuse a right id and secret,
# though they accept them from every other client. The ids of most servers, UUIDs, contain hyphens. `ClientSecretPost` works with both; a
# server has to decode both parts.
#
# Prints each header and the answers to it, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund oauth4webapi@3.8.8 @node-oauth/oauth2-server@5.3.0 @jmondi/oauth2-server@4.3.7
cat > run.mjs <<'JS'
import { AuthorizationServer } from '@jmondi/oauth2-server'
import OAuth2Server from '@node-oauth/oauth2-server'
import * as oauth from 'oauth4webapi'

const [id, secret] = ['my-app', 'tV-9_x.q']
const grants = ['client_credentials']
const nodeOAuth = new OAuth2Server({
  model: {
    getClient: async (given, proof) => given === id && proof === secret && { id, grants },
    getUserFromClient: async () => ({}),
    saveToken: async (token, client, user) => ({ ...token, client, user }),
  },
})
const client = { id, name: id, secret, redirectUris: [], allowedGrants: grants, scopes: [] }
const token = () => ({ accessToken: 'access', accessTokenExpiresAt: new Date(Date.now() + 60000), scopes: [] })
const jmondi = new AuthorizationServer(
  {
    getByIdentifier: async (given) => (given === id ? client : undefined),
    isClientValid: async (_, __, proof) => proof === secret,
  },
  { issueToken: async () => token(), persist: async () => {} },
  { getAllByIdentifiers: async () => [], finalize: async (scopes) => scopes },
  'a secret for signatures',
)
jmondi.enableGrantType('client_credentials')

let header
const as = { issuer: 'https://issuer.example', token_endpoint: 'https://issuer.example/token' }
const keep = async (_, { headers }) => {
  header = new Headers(headers).get('authorization')
  return Response.json({})
}
const basic = oauth.ClientSecretBasic(secret)
await oauth.clientCredentialsGrantRequest(as, { client_id: id }, basic, {}, { [oauth.customFetch]: keep })
for (const authorization of [`Basic ${btoa(`${id}:${secret}`)}`, header]) {
  console.log(atob(authorization.slice(6)))
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded', 'content-length': '29' }
  const asked = { method: 'POST', headers, query: {}, body: { grant_type: 'client_credentials' } }
  const { Request, Response } = OAuth2Server
  for (const [server, answer] of [
    ['@node-oauth/oauth2-server', nodeOAuth.token(new Request(asked), new Response())],
    ['@jmondi/oauth2-server', jmondi.respondToAccessTokenRequest(asked)],
  ])
    console.log(`  ${server}: ${await answer.then(() => 'a token', (error) => error.message)}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'my-app:tV-9_x.q
  @node-oauth/oauth2-server: a token
  @jmondi/oauth2-server: a token
my%2Dapp:tV%2D9%5Fx%2Eq
  @node-oauth/oauth2-server: Invalid client: client is invalid
  @jmondi/oauth2-server: Client authentication failed' ]
