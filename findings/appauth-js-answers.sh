#!/bin/sh
# @openid/appauth 1.4.0 (AppAuth for JavaScript): a token of ten minutes is never valid, and the codes of token errors are lost.
#
# Expected: isValid() of a token response is true until shortly before `expires_in` has passed. A refused refresh token rejects with the TokenError that
# the library has for it: `invalid_grant` comes as a 400 with JSON (RFC 6749 §5.2), and means that the person has to sign in again, unlike an outage.
# Seen: isValid() takes ten minutes off, so a token with a lifetime of 600 seconds or less counts as expired when it arrives, and a page that asks before
# each call refreshes for each call. An error is `400` without the JSON with FetchRequestor, `Bad Request` with NodeRequestor; TokenError only comes for
# errors with status 200. An application should call isValid(-30), and write a Requestor that reads the answer.
#
# Prints the validity of each lifetime and each error, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @openid/appauth@1.4.0 esbuild@0.28.2
cat > run.mjs <<'JS'
import { createServer } from 'node:http'
import { AuthorizationServiceConfiguration, BaseTokenRequestHandler, FetchRequestor, TokenRequest, TokenResponse, setFlag } from '@openid/appauth'
import { NodeRequestor } from '@openid/appauth/built/src/node_support/node_requestor.js'

setFlag('IS_LOG', false)
for (const expires_in of [300, 600, 900]) {
  const token = new TokenResponse({ access_token: 'token', token_type: 'bearer', expires_in })
  console.log(`${expires_in} seconds, just arrived: ${token.isValid()}, with isValid(-30): ${token.isValid(-30)}`)
}

let status
const server = createServer((_, response) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: 'invalid_grant', error_description: 'The refresh token has expired' }))
}).listen(0, '127.0.0.1')
server.once('listening', async () => {
  const token_endpoint = `http://127.0.0.1:${server.address().port}/token`
  const configuration = new AuthorizationServiceConfiguration({ authorization_endpoint: 'https://login.example/authorize', token_endpoint, revocation_endpoint: '' })
  for (const requestor of [new FetchRequestor(), new NodeRequestor()]) {
    for (status of [400, 200]) {
      const request = new TokenRequest({ client_id: 'app', redirect_uri: '', grant_type: 'refresh_token', refresh_token: 'refresh' })
      const error = await new BaseTokenRequestHandler(requestor).performTokenRequest(configuration, request).catch((reason) => reason)
      console.log(`${requestor.constructor.name}, ${status}: ${error.message}, TokenError: ${error.extras?.error}`)
    }
  }
  server.close()
})
JS
npx esbuild run.mjs --bundle --platform=node --outfile=bundle.cjs --log-level=error
seen=$(node --no-deprecation bundle.cjs)
echo "$seen"
[ "$seen" = '300 seconds, just arrived: false, with isValid(-30): true
600 seconds, just arrived: false, with isValid(-30): true
900 seconds, just arrived: true, with isValid(-30): true
FetchRequestor, 400: 400, TokenError: undefined
FetchRequestor, 200: invalid_grant, TokenError: invalid_grant
NodeRequestor, 400: Bad Request, TokenError: undefined
NodeRequestor, 200: invalid_grant, TokenError: invalid_grant' ]
