#!/bin/sh
# openid-client 6.9.0, dynamicClientRegistration(): the client does not use its registered authentication method.
#
# Expected: the registration answer says `token_endpoint_auth_method: client_secret_basic` (requested, or the default of
# RFC 7591 §2), and the returned configuration sends the secret in that way.
# Seen: the secret is sent in the form, as `client_secret_post`, whatever the answer says. A server that enforces the registered
# method answers `invalid_client`, after a successful registration. The method can be given as the third argument,
# before the answer is known: use the same one there and in the metadata.
#
# Prints how the secret is sent for each registered method, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund openid-client@6.9.0
cat > run.mjs <<'JS'
import * as client from 'openid-client'

const issuer = 'https://issuer.example'
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
}

async function run(asked, authentication) {
  let sent = ''
  let registered = ''
  const customFetch = async (to, { headers, body } = {}) => {
    if (to.endsWith('/register')) {
      registered = JSON.parse(body).token_endpoint_auth_method ?? 'client_secret_basic'
      const answer = { client_id: 'app', client_secret: 'secret', client_secret_expires_at: 0 }
      return Response.json({ ...answer, token_endpoint_auth_method: registered }, { status: 201 })
    }
    if (!to.endsWith('/token')) return Response.json(metadata)
    sent = new Headers(headers).has('authorization') ? 'client_secret_basic' : 'client_secret_post'
    return Response.json({ access_token: 'token', token_type: 'Bearer' })
  }
  const options = { algorithm: 'oauth2', [client.customFetch]: customFetch }
  const asking = { grant_types: ['client_credentials'], response_types: [], ...asked }
  const config = await client.dynamicClientRegistration(new URL(issuer), asking, authentication, options)
  await client.clientCredentialsGrant(config)
  console.log(`registered ${registered}, sent ${sent}`)
}

await run({})
await run({ token_endpoint_auth_method: 'client_secret_basic' })
await run({ token_endpoint_auth_method: 'client_secret_post' })
await run({ token_endpoint_auth_method: 'client_secret_basic' }, client.ClientSecretBasic())
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'registered client_secret_basic, sent client_secret_post
registered client_secret_basic, sent client_secret_post
registered client_secret_post, sent client_secret_post
registered client_secret_basic, sent client_secret_basic' ]
