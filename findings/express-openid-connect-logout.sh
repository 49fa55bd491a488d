#!/bin/sh
# express-openid-connect 3.4.0, backchannelLogout: a logout token with `sid` and `sub` ends the person's sessions on every device.
#
# Expected: with `sid`, the session with that id ends (OpenID Connect Back-Channel Logout §2.4: without `sid`, all sessions of `sub` do), so
# another browser of the person stays signed in.
# Seen: a token with `sid` alone does that. With both, which is allowed and common, the receipt is kept for `sid` and for `sub`, and each
# session that has either is over: signing out on the laptop signs the phone out.
#
# Signs in two browsers, sends each kind of token for the first one, prints who is left, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund express-openid-connect@3.4.0 express@5.3.0 jose@6.2.18
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import express from 'express'
import openid from 'express-openid-connect'
import * as jose from 'jose'

const { privateKey, publicKey } = await jose.generateKeyPair('RS256')
const key = { ...(await jose.exportJWK(publicKey)), kid: 'key', use: 'sig', alg: 'RS256' }
const sign = (claims, typ) =>
  new jose.SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'key', typ })
    .setIssuer(issuer)
    .setAudience('client')
    .setIssuedAt()
    .setExpirationTime('2m')
    .sign(privateKey)
const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  return [server, `http://localhost:${server.address().port}`]
}

const codes = new Map()
const [provider, issuer] = await listen(async (request, response) => {
  let body = ''
  for await (const part of request) body += part
  const idToken = () => sign({ sub: 'ada', ...codes.get(new URLSearchParams(body).get('code')) }, 'JWT')
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
  }
  response.setHeader('content-type', 'application/json')
  if (request.url === '/jwks') response.end(JSON.stringify({ keys: [key] }))
  else if (request.url !== '/token') response.end(JSON.stringify(metadata))
  else response.end(JSON.stringify({ access_token: 'token', token_type: 'Bearer', expires_in: 300, id_token: await idToken() }))
})

const application = express()
const [site, base] = await listen(application)
const kept = new Map()
const store = {
  get: (id, done) => done(null, kept.get(id)),
  set: (id, value, done) => done(null, kept.set(id, value)),
  destroy: (id, done) => done(null, kept.delete(id)),
}
application.use(
  openid.auth({
    issuerBaseURL: issuer,
    baseURL: base,
    clientID: 'client',
    clientSecret: 'secret',
    secret: 'only for this run, and long enough',
    authRequired: false,
    authorizationParams: { response_type: 'code', scope: 'openid' },
    backchannelLogout: { store },
  }),
)
application.get('/', (request, response) => response.send(request.oidc.isAuthenticated() ? 'signed in' : 'signed out'))

class Browser {
  cookies = new Map()
  async visit(url) {
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      this.cookies.set(name, value)
    }
    return response
  }
  async signIn(sid) {
    const asked = new URL((await this.visit(`${base}/login`)).headers.get('location')).searchParams
    codes.set(sid, { sid, nonce: asked.get('nonce') })
    await this.visit(`${base}/callback?${new URLSearchParams({ code: sid, state: asked.get('state') })}`)
  }
  async state() {
    return (await this.visit(base)).text()
  }
}

for (const claims of [{ sid: 'laptop' }, { sid: 'laptop', sub: 'ada' }]) {
  kept.clear()
  const [laptop, phone] = [new Browser(), new Browser()]
  await laptop.signIn('laptop')
  await phone.signIn('phone')
  const before = `${await laptop.state()}, ${await phone.state()}`
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const logout_token = await sign({ ...claims, jti: crypto.randomUUID(), events }, 'logout+jwt')
  await fetch(`${base}/backchannel-logout`, { method: 'POST', body: new URLSearchParams({ logout_token }) })
  const after = `laptop ${await laptop.state()}, phone ${await phone.state()}`
  console.log(`${Object.keys(claims).join(' and ')}: before ${before}; then ${after}`)
}
provider.close()
site.close()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'sid: before signed in, signed in; then laptop signed out, phone signed in
sid and sub: before signed in, signed in; then laptop signed out, phone signed out' ]
