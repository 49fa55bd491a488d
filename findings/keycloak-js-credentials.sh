#!/bin/sh
# keycloak-js 26.2.4 with `oidcProvider`: the token request has `credentials: 'include'`.
#
# Expected: the token request of a public client needs no cookies, and `oidcProvider` says that the provider is not Keycloak.
# Seen: discovery is fetched as usual, the code is redeemed with credentials. A browser hides such an answer unless it has
# `Access-Control-Allow-Credentials: true`, so with a provider that allows the origin, but not credentials, the code is spent,
# and the page learns only “Failed to fetch”.
#
# Needs npm. Prints the requests of a sign-in, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"private":true}' > package.json
npm install --silent --no-audit --no-fund keycloak-js@26.2.4
cat > run.mjs <<'JS'
// As much of a browser as it needs.
const kept = new Map()
globalThis.localStorage = {
  getItem: (key) => kept.get(key) ?? null,
  setItem: (key, value) => void kept.set(key, value),
  removeItem: (key) => void kept.delete(key),
  key: (i) => [...kept.keys()][i],
  get length() { return kept.size },
}
globalThis.window = globalThis
globalThis.isSecureContext = true
globalThis.location = { href: 'https://page.example/' }
globalThis.history = { state: null, replaceState() {} }
globalThis.document = { cookie: '', addEventListener() {}, querySelectorAll: () => [], getElementsByTagName: () => [] }
const op = 'https://op.example'
globalThis.fetch = async (url, { method = 'GET', credentials = 'as usual' } = {}) => {
  console.log(`${method} ${url} credentials: ${credentials}`)
  return method === 'POST'
    ? Response.json({}, { status: 400 })
    : Response.json({ authorization_endpoint: `${op}/authorize`, token_endpoint: `${op}/token` })
}
const { default: Keycloak } = await import('keycloak-js')
const make = async () => {
  const keycloak = new Keycloak({ oidcProvider: op, clientId: 'page' })
  await keycloak.init({ checkLoginIframe: false })
  return keycloak
}
const url = new URL(await (await make()).createLoginUrl())
location.href = `https://page.example/#state=${url.searchParams.get('state')}&code=x`
await make().catch(() => undefined)
JS
seen=$(node run.mjs | sort -u)
echo "$seen"
[ "$seen" = 'GET https://op.example/.well-known/openid-configuration credentials: as usual
POST https://op.example/token credentials: include' ]
