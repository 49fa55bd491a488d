#!/bin/sh
# @hono/oidc-auth 1.8.1 with hono 4.13.19: the scopes that a server lists decide what is asked for, and whether a sign-in begins.
#
# Expected: `scopes_supported` is only recommended, and a server may leave scopes out of it (OpenID Connect Discovery §3, RFC 8414 §2). So without
# OIDC_SCOPES the request has `openid`, and a scope of an API is sent as configured.
# Seen: without OIDC_SCOPES the request has every listed scope, `offline_access` included, which refuses clients at servers that
# limit scopes by client, and asks people for more than is needed. With a configured scope that is not listed, or at a server without
# the list, every page is a 500 that says "Invalid session": the reason is thrown, and swallowed.
#
# Prints the scope or the error of each case, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @hono/oidc-auth@1.8.1 hono@4.13.19
cat > run.mjs <<'JS'
import { initOidcAuthMiddleware, oidcAuthMiddleware } from '@hono/oidc-auth'
import { Hono } from 'hono'

async function signIn(scopes_supported, OIDC_SCOPES) {
  const issuer = `https://${crypto.randomUUID()}.example`
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    scopes_supported,
  }
  globalThis.fetch = async () => Response.json(metadata)
  const app = new Hono()
  app.onError((error, c) => c.text(`${error.status} ${error.message}`, 500))
  app.use(
    initOidcAuthMiddleware({
      OIDC_ISSUER: issuer,
      OIDC_CLIENT_ID: 'client',
      OIDC_CLIENT_SECRET: 'secret',
      OIDC_REDIRECT_URI: 'https://client.example/callback',
      OIDC_AUTH_SECRET: 'only for this run, and longer than 32 characters',
      ...(OIDC_SCOPES && { OIDC_SCOPES }),
    }),
  )
  app.use(oidcAuthMiddleware())
  const response = await app.request('https://client.example/')
  const target = response.headers.get('location')
  return target === null ? response.text() : new URL(target).searchParams.get('scope')
}

const listed = ['openid', 'profile', 'email', 'offline_access']
console.log('listed, none configured:', await signIn(listed))
console.log('listed, another configured:', await signIn(listed, 'openid notes.read'))
console.log('no list:', await signIn(undefined, 'openid'))
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = "listed, none configured: openid profile email offline_access
listed, another configured: 500 Invalid session
no list: 500 Invalid session" ]
