#!/bin/sh
# @jmondi/oauth2-server 4.3.7: a refresh token is only revoked, or known to introspection, with its optional hint.
#
# Expected: `token_type_hint` is optional, and a server that does not find the token by the hint looks among the others (RFC 7009 §2.1, RFC 7662 §2.1). So a sign-out
# that sends the refresh token alone revokes it.
# Seen: without the hint, or with another one, a refresh token is not looked up: the revocation is a 200 that revokes nothing, and introspection answers
# `active: false` for a token that works. Both ask the repository whether the client is valid for `client_credentials`, so one that compares a client's grants
# refuses each client which only signs people in: introspection is `invalid_client`, and revocation still a 200. A client has to send
# `token_type_hint=refresh_token`; the operator has to let isClientValid() pass that grant.
#
# Prints the answers for each client and hint, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @jmondi/oauth2-server@4.3.7
cat > run.mjs <<'JS'
import { AuthorizationServer, OAuthRequest } from '@jmondi/oauth2-server'

const client = { id: 'app', name: 'app', secret: 'secret', redirectUris: [], scopes: [] }
const later = new Date(Date.now() + 3_600_000)
const stored = { accessToken: 'a', accessTokenExpiresAt: later, refreshToken: 'r', refreshTokenExpiresAt: later, client, scopes: [] }
let revoked
const clients = { getByIdentifier: async () => client, isClientValid: async (grant, { allowedGrants, secret }, given) => secret === given && allowedGrants.includes(grant) }
const tokens = {
  issueToken: async () => stored,
  issueRefreshToken: async () => stored,
  persist: async () => {},
  revoke: async () => { revoked = true },
  isRefreshTokenRevoked: async () => false,
  getByRefreshToken: async () => stored,
  getByAccessToken: async () => stored,
}
const scopes = { getAllByIdentifiers: async () => [], finalize: async () => [] }

for (const grants of [['authorization_code', 'refresh_token', 'client_credentials'], ['authorization_code', 'refresh_token']]) {
  client.allowedGrants = grants
  const server = new AuthorizationServer(clients, tokens, scopes, 'a secret for signing')
  server.enableGrantTypes('refresh_token', 'client_credentials')
  const token = await server.jwt.sign({ client_id: 'app', access_token_id: 'a', refresh_token_id: 'r', scope: '', expire_time: Math.floor(later / 1000) })
  const request = (body) => new OAuthRequest({ headers: {}, body: { client_id: 'app', client_secret: 'secret', ...body } })
  const refreshed = await server.respondToAccessTokenRequest(request({ grant_type: 'refresh_token', refresh_token: token }))
  console.log(`client with ${grants.join(', ')}: a refresh is ${refreshed.status}`)
  for (const hint of [undefined, 'access_token', 'refresh_token']) {
    revoked = false
    const body = { token, ...(hint && { token_type_hint: hint }) }
    const known = await server.introspect(request(body)).then(({ body }) => `active ${body.active}`, ({ errorType }) => errorType)
    const answer = await server.revoke(request(body)).then(({ status }) => `${status}, revoked ${revoked}`, ({ errorType }) => errorType)
    console.log(`  hint ${hint ?? 'none'}: introspection ${known}, revocation ${answer}`)
  }
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'client with authorization_code, refresh_token, client_credentials: a refresh is 200
  hint none: introspection active false, revocation 200, revoked false
  hint access_token: introspection active false, revocation 200, revoked false
  hint refresh_token: introspection active true, revocation 200, revoked true
client with authorization_code, refresh_token: a refresh is 200
  hint none: introspection invalid_client, revocation 200, revoked false
  hint access_token: introspection invalid_client, revocation 200, revoked false
  hint refresh_token: introspection invalid_client, revocation 200, revoked false' ]
