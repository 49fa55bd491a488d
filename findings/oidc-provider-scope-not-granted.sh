#!/bin/sh
# oidc-provider 9.13.3, client credentials: a token without any scope looks like one with the whole requested scope.
#
# Expected: an unknown scope causes `invalid_scope`, or a token whose `scope` says what was granted
# instead: RFC 6749 §5.1 allows omitting `scope` only if it is identical to the requested one.
# Seen: 200, and no `scope` in the answer. Introspection of the token shows none either. A client that follows the RFC assumes that
# it has the requested scope, and learns otherwise from a 403 of the API. With one known scope beside it, the answer
# names the known one.
#
# Prints the request and the answer, and fails when that changes.
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
  scopes: ['read'],
  features: { clientCredentials: { enabled: true }, introspection: { enabled: true, allowedPolicy: () => true } },
})
server.on('request', provider.callback())
const post = async (path, form) => {
  const body = new URLSearchParams({ client_id: 'app', client_secret: 'secret', ...form })
  const response = await fetch(issuer + path, { method: 'POST', body })
  return { status: response.status, ...(await response.json()) }
}

for (const scope of ['read', 'read write', 'write']) {
  const answer = await post('/token', { grant_type: 'client_credentials', scope })
  const token = await post('/token/introspection', { token: answer.access_token })
  console.log(`${scope}: ${answer.status}, scope ${answer.scope}; introspection: scope ${token.scope}`)
}
server.close()
server.closeAllConnections()
JS
seen=$(node run.mjs 2>/dev/null | grep -v oidc-provider)
echo "$seen"
[ "$seen" = 'read: 200, scope read; introspection: scope read
read write: 200, scope read; introspection: scope read
write: 200, scope undefined; introspection: scope undefined' ]
