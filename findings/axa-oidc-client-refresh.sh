#!/bin/sh
# @axa-fr/oidc-client 7.29.1 (below @axa-fr/react-oidc): a refresh loses the ID token, and some answers are followed by a refresh each second.
#
# Expected: a refresh without `id_token` (OpenID Connect Core §12.2) keeps the earlier one, as it keeps the refresh token. `expires_in` is only recommended (RFC 6749
# §5.1), and an ID token may be short-lived, since it is only used at the sign-in: the access token is refreshed shortly before its own end.
# Seen: after such a refresh there is no ID token and no name of the person, and the sign-out has no `id_token_hint`, so a server asks, or does not redirect. With an
# opaque token without `expires_in`, and with an ID token that ends within two minutes, the page sends its refresh token every second, for as long as it is open. A server for it
# should return an ID token at each refresh, and give it the lifetime of the access token; a page can set `token_renew_mode: 'access_token_invalid'`.
#
# Needs Node 22.15 or newer. Prints the outcome of each answer, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @axa-fr/oidc-client@7.29.1 jsdom@31.0.1
cat > run.mjs <<'JS'
import { JSDOM } from 'jsdom'

const { window } = new JSDOM('', { url: 'https://app.example/', pretendToBeVisual: true })
Object.defineProperty(window, 'crypto', { value: crypto })
Object.defineProperty(globalThis, 'navigator', { value: window.navigator })
Object.assign(globalThis, { window, document: window.document, sessionStorage: window.sessionStorage })
// A second of the library's timers takes ten milliseconds.
const wait = setTimeout
globalThis.setTimeout = (task, time) => wait(task, time / 100)
const { OidcClient } = (await import('@axa-fr/oidc-client')).default

const issuer = 'https://login.example'
let opened, answer
const refreshes = {}
globalThis.fetch = window.fetch = async (_, { body }) => {
  const form = new URLSearchParams(body)
  if (form.get('grant_type') === 'refresh_token') refreshes[form.get('client_id')] += 1
  return Response.json(answer)
}
const location = {
  open: (url) => { opened = new URL(url) },
  reload() {},
  getCurrentHref: () => location.href,
  getPath: () => '/',
  getOrigin: () => 'https://app.example',
}
const text = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function signIn(name, first, seconds, configuration = {}) {
  const endpoints = { authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, end_session_endpoint: `${issuer}/logout` }
  const client = OidcClient.getOrCreate(() => fetch, location)({
    client_id: name,
    redirect_uri: 'https://app.example/callback',
    scope: 'openid offline_access',
    authority: issuer,
    authority_configuration: { issuer, ...endpoints },
    ...configuration,
  }, name)
  await client.loginAsync('/')
  const now = Math.floor(Date.now() / 1000)
  const claims = { iss: issuer, sub: '1', aud: name, nonce: opened.searchParams.get('nonce'), iat: now, exp: now + seconds, name: 'Ada' }
  const id_token = `${text({ alg: 'RS256' })}.${text(claims)}.signature`
  answer = { access_token: 'access', token_type: 'Bearer', refresh_token: 'refresh', id_token, ...first }
  location.href = `https://app.example/callback?code=code&state=${opened.searchParams.get('state')}`
  refreshes[name] = 0
  await client.loginCallbackAsync()
  return client
}

async function watch(name, first, seconds, configuration) {
  await signIn(name, first, seconds, configuration)
  for (let second = 0; second < 60 && refreshes[name] < 5; second += 1) await new Promise((passed) => wait(passed, 10))
  console.log(`${name}: ${refreshes[name] < 5 ? refreshes[name] : 'many'} refreshes in a minute`)
}

const client = await signIn('a session', { expires_in: 3600 }, 3600)
for (const [name, id_token] of [['with id_token', answer.id_token], ['without id_token', undefined]]) {
  answer = { ...answer, id_token }
  await client.renewTokensAsync()
  console.log(`refreshed ${name}: name ${client.tokens.idTokenPayload?.name}`)
}
await client.logoutAsync()
console.log('sign-out with id_token_hint:', opened.searchParams.has('id_token_hint'))
await watch('both for an hour', { expires_in: 3600 }, 3600)
await watch('no expires_in', {}, 3600)
await watch('ID token for a minute', { expires_in: 3600 }, 60)
await watch('ID token for a minute, access_token_invalid', { expires_in: 3600 }, 60, { token_renew_mode: 'access_token_invalid' })
process.exit()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'refreshed with id_token: name Ada
refreshed without id_token: name undefined
sign-out with id_token_hint: false
both for an hour: 0 refreshes in a minute
no expires_in: many refreshes in a minute
ID token for a minute: many refreshes in a minute
ID token for a minute, access_token_invalid: 0 refreshes in a minute' ]
