#!/bin/sh
# @modelcontextprotocol/conformance 0.2.0-alpha.12, `authorization`: the given client secret is not sent.
#
# Expected: `--client-id` with `--client-secret` authenticates at the token endpoint by one of the methods that the server announces.
# Seen: if the server announces `none` beside `client_secret_basic` and `client_secret_post`, because it serves public clients
# too, the token request has no secret and no Authorization header, so a confidential client fails the whole suite. Test such a
# server with a public client, or with metadata that leaves `none` out.
#
# Prints the fields of the token request, and fails when they change. It needs Node 22 or newer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/conformance@0.2.0-alpha.12
cat > run.mjs <<'JS'
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'

const port = 8950
const issuer = `http://localhost:${port}`
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
}
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  const isToken = request.url === '/token'
  if (isToken)
    console.log(`authorization: ${request.headers.authorization}, form: ${[...new URLSearchParams(body).keys()].join(' ')}`)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(isToken ? { access_token: 'a', token_type: 'Bearer' } : metadata))
}).listen(port)

const cli = 'node_modules/@modelcontextprotocol/conformance/dist/index.js'
const options = ['authorization', '--url', issuer, '--client-id', 'c', '--client-secret', 's', '--port', '8951']
const child = spawn(process.execPath, [cli, ...options])
child.stdout.on('data', (text) => {
  const url = /http\S+\/authorize\?\S+/.exec(String(text))?.[0]
  if (url === undefined) return
  const state = new URL(url).searchParams.get('state')
  setTimeout(() => fetch(`http://127.0.0.1:8951/callback?code=x&state=${state}`), 500)
})
child.on('close', () => server.close())
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'authorization: undefined, form: grant_type code redirect_uri code_verifier client_id' ]
