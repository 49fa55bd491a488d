#!/bin/sh
# react-oauth2-code-pkce 1.24.0: a refresh token counts as expired ten minutes after the access token, and a refresh without a new one does not prolong that.
#
# Expected: the lifetime of a refresh token is unknown to a client (RFC 6749 §5.1 has only `expires_in`, that of the access token), so the page sends it after any pause,
# and asks the person only after `invalid_grant`. A server does not have to return a new one (§6); the old one stays valid.
# Seen: without `refresh_expires_in` or `refresh_token_expires_in`, which some servers add, the refresh token is given up at `expires_in` plus 600 seconds: after a pause
# of an hour the person has to sign in again, though the server keeps the token for weeks. And where a refresh returns no new one that time still counts from the sign-in, so
# people in the middle of their work are sent away. An application should set `refreshTokenExpiresIn`, a server can add the member.
#
# Needs Node 22.15 or newer. Prints what the page does after each pause, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund react-oauth2-code-pkce@1.24.0 react@19.3.1 react-dom@19.3.1 jsdom@31.0.1
cat > run.cjs <<'JS'
const { JSDOM } = require('jsdom')
const { createElement } = require('react')

const { window } = new JSDOM('<div id="root"></div>', { url: 'https://app.example/' })
Object.assign(globalThis, { window, document: window.document, localStorage: window.localStorage })
const { createRoot } = require('react-dom/client')
const { flushSync } = require('react-dom')
const { AuthProvider } = require('react-oauth2-code-pkce')

const now = Date.now
let minutes
Date.now = () => now() + minutes * 60_000

// Each visit is a page that is loaded; it settles when the page has asked the server or the person.
function visit(answer) {
  return new Promise((settled) => {
    const root = createRoot(window.document.createElement('div'))
    const done = (action) => setTimeout(() => { root.unmount(); settled(action) }, 50)
    globalThis.fetch = async (_, { body }) => {
      done(new URLSearchParams(body).get('grant_type'))
      return Response.json({ access_token: 'access', token_type: 'Bearer', expires_in: 300, ...answer })
    }
    const authConfig = {
      clientId: 'app',
      authorizationEndpoint: 'https://login.example/authorize',
      tokenEndpoint: 'https://login.example/token',
      redirectUri: 'https://app.example/',
      decodeToken: false,
      autoLogin: false,
      clearURL: false,
      onRefreshTokenExpire: () => done('asks the person to sign in'),
    }
    flushSync(() => root.render(createElement(AuthProvider, { authConfig })))
  })
}

async function signIn(answer) {
  minutes = 0
  localStorage.clear()
  localStorage.setItem('ROCP_loginInProgress', 'true')
  localStorage.setItem('ROCP_PKCE_code_verifier', 'verifier')
  window.history.replaceState(null, '', '/?code=code')
  console.log(`  0 minutes: ${await visit({ refresh_token: 'refresh', ...answer })}`)
  window.history.replaceState(null, '', '/')
}

async function after(pause, answer) {
  minutes = pause
  console.log(`  ${pause} minutes: ${await visit(answer)}`)
}

async function main() {
  console.log('a pause')
  await signIn()
  await after(14, { refresh_token: 'next' })
  await signIn()
  await after(16)
  console.log('a pause, with refresh_expires_in')
  await signIn({ refresh_expires_in: 86_400 })
  await after(16)
  console.log('no pause, each refresh returns a new refresh token')
  await signIn()
  for (const time of [5, 10, 15, 20]) await after(time, { refresh_token: 'next' })
  console.log('no pause, no refresh returns one')
  await signIn()
  for (const time of [5, 10, 15, 20]) await after(time)
  process.exit()
}
main()
JS
seen=$(node run.cjs)
echo "$seen"
[ "$seen" = 'a pause
  0 minutes: authorization_code
  14 minutes: refresh_token
  0 minutes: authorization_code
  16 minutes: asks the person to sign in
a pause, with refresh_expires_in
  0 minutes: authorization_code
  16 minutes: refresh_token
no pause, each refresh returns a new refresh token
  0 minutes: authorization_code
  5 minutes: refresh_token
  10 minutes: refresh_token
  15 minutes: refresh_token
  20 minutes: refresh_token
no pause, no refresh returns one
  0 minutes: authorization_code
  5 minutes: refresh_token
  10 minutes: refresh_token
  15 minutes: asks the person to sign in
  20 minutes: asks the person to sign in' ]
