#!/bin/sh
# passport-oauth2 1.8.0 and passport-openidconnect 0.1.2: only `access_denied` counts as a failed sign-in.
#
# Expected: an answer with `error` leads to failureRedirect, like a failed sign-in. After `prompt=none`, `login_required`
# is the usual answer for a signed-out person (OpenID Connect Core §3.1.2.6), and the application shows its own page.
# Seen: failureRedirect is only for `access_denied`. `login_required`, `consent_required`, `interaction_required` and
# `invalid_scope` go to the error handler of Express as an AuthorizationError with status 500, so that a silent sign-in looks like
# an outage. An application that sends `prompt=none` needs an error handler that checks `error.code`.
#
# Prints the result of each error, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund \
  express@5.2.1 express-session@1.18.2 passport@0.7.0 passport-oauth2@1.8.0 passport-openidconnect@0.1.2
cat > run.mjs <<'JS'
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OAuth2 from 'passport-oauth2'
import OpenIDConnect from 'passport-openidconnect'

const options = {
  issuer: 'https://issuer.example',
  authorizationURL: 'https://issuer.example/authorize',
  tokenURL: 'https://issuer.example/token',
  userInfoURL: 'https://issuer.example/userinfo',
  clientID: 'app',
  clientSecret: 'secret',
}
passport.use(new OAuth2({ ...options, callbackURL: '/oauth2/callback', state: true, pkce: true }, () => {}))
passport.use(new OpenIDConnect({ ...options, callbackURL: '/openidconnect/callback' }, () => {}))
const app = express()
app.use(session({ secret: 'only here', resave: false, saveUninitialized: false }))
for (const name of ['oauth2', 'openidconnect']) {
  app.get(`/${name}`, passport.authenticate(name))
  app.get(`/${name}/callback`, passport.authenticate(name, { failureRedirect: '/signed-out' }))
}
app.use((error, request, response, next) => response.status(error.status ?? 500).send(error.code))
const server = app.listen(0)
const origin = `http://localhost:${server.address().port}`

for (const name of ['oauth2', 'openidconnect']) {
  for (const error of ['access_denied', 'login_required', 'consent_required', 'interaction_required']) {
    const start = await fetch(`${origin}/${name}`, { redirect: 'manual' })
    const state = new URL(start.headers.get('location')).searchParams.get('state')
    const cookie = start.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
    const answer = new URLSearchParams({ error, state })
    const { status, headers } = await fetch(`${origin}/${name}/callback?${answer}`, { redirect: 'manual', headers: { cookie } })
    console.log(`passport-${name} ${error}: ${status} ${headers.get('location') ?? ''}`.trim())
  }
}
server.close()
server.closeAllConnections()
JS
seen=$(NODE_ENV=test node run.mjs)
echo "$seen"
[ "$seen" = 'passport-oauth2 access_denied: 302 /signed-out
passport-oauth2 login_required: 500
passport-oauth2 consent_required: 500
passport-oauth2 interaction_required: 500
passport-openidconnect access_denied: 302 /signed-out
passport-openidconnect login_required: 500
passport-openidconnect consent_required: 500
passport-openidconnect interaction_required: 500' ]
