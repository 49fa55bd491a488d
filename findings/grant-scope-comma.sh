#!/bin/sh
# grant 5.4.24: the scopes of a provider that it does not know are joined by a comma.
#
# Expected: `scope: ['openid', 'email']` becomes `scope=openid email`, with a space, as RFC 6749 §3.3 says, for any provider that is given by its
# addresses and `oauth: 2`.
# Seen: `scope=openid,email`, which is one unknown scope at a server of the RFC, so usually `invalid_scope`. Providers in its own list have the
# character that each needs. `scope_delimiter: ' '` helps, and so does a single string.
#
# Prints the scope that each configuration asks for, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund grant@5.4.24
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import grant from 'grant'

const issuer = 'https://issuer.example'
const custom = { oauth: 2, authorize_url: `${issuer}/authorize`, access_url: `${issuer}/token`, key: 'app', secret: 'secret' }
const scope = ['openid', 'email']
for (const [what, settings] of [
  ['list', { scope }],
  ['list with scope_delimiter', { scope, scope_delimiter: ' ' }],
  ['string', { scope: 'openid email' }],
]) {
  const config = { defaults: { origin: 'https://app.example', transport: 'session' }, here: { ...custom, ...settings } }
  const handler = grant.node({ config, session: { secret: 'grant' } })
  const server = createServer((request, response) => handler(request, response)).listen(0)
  const answer = await fetch(`http://localhost:${server.address().port}/connect/here`, { redirect: 'manual' })
  console.log(`${what}: ${new URL(answer.headers.get('location')).searchParams.get('scope')}`)
  server.close()
  server.closeAllConnections()
}
JS
seen=$(timeout 30 node run.mjs)
echo "$seen"
[ "$seen" = 'list: openid,email
list with scope_delimiter: openid email
string: openid email' ]
