#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2, mcpAuthRouter: the method that a client registers is confirmed, and then refused.
#
# Expected: a server that confirms `token_endpoint_auth_method: client_secret_basic` (RFC 7591 §3.2.1: what was registered) authenticates this
# client by the header `Authorization`; one that can't replaces the value in its answer, or refuses the registration.
# Seen: the answer repeats any method, `private_key_jwt` too, together with a secret, and the token endpoint only takes a secret in the form: the
# header alone is 400 `invalid_request`, with `client_id` 400 `invalid_client`. A registration without a method, which means
# `client_secret_basic` (RFC 7591 §2), fails in the same way. A client has to compare the metadata, which lists `client_secret_post` and `none`.
#
# Prints the confirmed method and the answers to header and form, and fails when one changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 express@5.2.1
cat > run.mjs <<'JS'
import express from 'express'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'

const clients = new Map()
const provider = {
  clientsStore: {
    getClient: (id) => clients.get(id),
    registerClient: (client) => {
      clients.set(client.client_id, client)
      return client
    },
  },
  exchangeRefreshToken: async () => ({ access_token: 'access', token_type: 'Bearer' }),
}
const server = express()
  .use(mcpAuthRouter({ provider, issuerUrl: new URL('https://issuer.example') }))
  .listen(0)
const site = `http://localhost:${server.address().port}`

async function attempt(what, form, headers) {
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'refresh', ...form })
  const answer = await fetch(`${site}/token`, { method: 'POST', headers, body })
  console.log(`  ${what}: ${answer.status}`, (await answer.json()).error ?? 'done')
}

for (const method of ['client_secret_basic', 'private_key_jwt', undefined]) {
  const asked = { redirect_uris: ['https://app.example/callback'], token_endpoint_auth_method: method }
  const body = JSON.stringify(asked)
  const headers = { 'content-type': 'application/json' }
  const client = await (await fetch(`${site}/register`, { method: 'POST', headers, body })).json()
  const { client_id, client_secret } = client
  console.log(`asked for ${method}, confirmed ${client.token_endpoint_auth_method}`)
  const basic = { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` }
  await attempt('header', {}, basic)
  await attempt('header and client_id', { client_id }, basic)
  await attempt('form', { client_id, client_secret }, {})
}
server.close()
server.closeAllConnections()
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'asked for client_secret_basic, confirmed client_secret_basic
  header: 400 invalid_request
  header and client_id: 400 invalid_client
  form: 200 done
asked for private_key_jwt, confirmed private_key_jwt
  header: 400 invalid_request
  header and client_id: 400 invalid_client
  form: 200 done
asked for undefined, confirmed undefined
  header: 400 invalid_request
  header and client_id: 400 invalid_client
  form: 200 done' ]
