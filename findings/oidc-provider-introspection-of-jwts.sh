#!/bin/sh
# oidc-provider 9.13.3, introspection and revocation of its own JWT access tokens: refused with an error.
#
# Expected: a valid token that this server issued is `active: true` (RFC 7662 §2.2), in any format. An unsupported one would
# be `active: false`, and never an error.
# Seen: 400 `unsupported_token_type` for the JWT, `active: true` for an opaque token of the same client. A resource server that
# relies on introspection fails with an error, not with a plain "no", once its access tokens become JWTs. Revocation
# refuses them with the same error, which RFC 7009 §2.2.1 allows.
#
# Prints the answers, and fails when they change.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund oidc-provider@9.13.3
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const server = createServer()
await new Promise((resolve) => server.listen(0, resolve))
const issuer = `http://localhost:${server.address().port}`
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'app',
    client_secret: 'secret',
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'client_secret_post',
  }],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, resource) => ({ scope: 'read', accessTokenFormat: resource.endsWith('jwt') ? 'jwt' : 'opaque' }),
    },
  },
})
server.on('request', provider.callback())
const post = async (path, form) => {
  const body = new URLSearchParams({ client_id: 'app', client_secret: 'secret', ...form })
  const response = await fetch(issuer + path, { method: 'POST', body })
  const text = await response.text()
  return { status: response.status, ...(text && JSON.parse(text)) }
}

for (const form of ['opaque', 'jwt']) {
  const resource = `https://api.example/${form}`
  const { access_token: token } = await post('/token', { grant_type: 'client_credentials', scope: 'read', resource })
  const introspection = await post('/token/introspection', { token })
  const revocation = await post('/token/revocation', { token })
  console.log(`${form}: introspection ${introspection.status} ${introspection.error ?? `active ${introspection.active}`}, ` +
    `revocation ${revocation.status} ${revocation.error ?? ''}`.trim())
}
server.close()
server.closeAllConnections()
JS
seen=$(node run.mjs 2>/dev/null | grep -v oidc-provider)
echo "$seen"
[ "$seen" = 'opaque: introspection 200 active true, revocation 200
jwt: introspection 400 unsupported_token_type, revocation 400 unsupported_token_type' ]
