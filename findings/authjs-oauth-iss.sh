#!/bin/sh
# @auth/core 0.41.3, a provider of type `oauth` without `issuer`: an answer that names its issuer is refused.
#
# Expected: a provider with three endpoints and no issuer has nothing to compare, so `iss` in the authorization response
# (RFC 9207) is ignored, like any unknown parameter.
# Seen: Auth.js uses an issuer of its own in place of the missing one, compares it, and the sign-in ends at
# `error?error=Configuration`. The reason is only in the log of the application. A server that starts to send `iss` breaks
# such applications. `issuer` in the configuration of the provider helps, also without discovery.
#
# Prints the target of the callback, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @auth/core@0.41.3
cat > run.mjs <<'JS'
import { Auth } from '@auth/core'

const issuer = 'https://issuer.example'
globalThis.fetch = async (to) =>
  String(to.url ?? to).endsWith('/token')
    ? Response.json({ access_token: 'token', token_type: 'Bearer', expires_in: 300 })
    : Response.json({ sub: 'ada' })
const endpoints = { authorization: `${issuer}/authorize`, token: `${issuer}/token`, userinfo: `${issuer}/userinfo` }

async function signIn(provider, answer) {
  const cookies = new Map()
  let reason = ''
  const config = {
    basePath: '/auth',
    secret: 'only for this run, and long enough',
    trustHost: true,
    logger: { error: (error) => { reason = ` (${error.cause?.err?.message})` } },
    providers: [{ id: 'own', name: 'Own', type: 'oauth', clientId: 'app', clientSecret: 'secret', ...endpoints, ...provider }],
  }
  const visit = async (path, init = {}) => {
    const cookie = [...cookies].map((pair) => pair.join('=')).join('; ')
    const response = await Auth(new Request(`https://app.example/auth/${path}`, { ...init, headers: { cookie } }), config)
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      cookies.set(name, value)
    }
    return response
  }
  const { csrfToken } = await (await visit('csrf')).json()
  await visit('signin/own', { method: 'POST', body: new URLSearchParams({ csrfToken }) })
  const response = await visit(`callback/own?${new URLSearchParams({ code: 'code', ...answer })}`)
  return response.headers.get('location') + reason
}

console.log('no issuer, no iss:', await signIn({}, {}))
console.log('no issuer, iss:', await signIn({}, { iss: issuer }))
console.log('issuer, iss:', await signIn({ issuer }, { iss: issuer }))
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'no issuer, no iss: https://app.example
no issuer, iss: https://app.example/auth/error?error=Configuration (unexpected "iss" (issuer) response parameter value)
issuer, iss: https://app.example' ]
