#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2, mcpAuthRouter: the metadata of an issuer with a path can't be found, by the SDK's own client either.
#
# Expected: the server of the issuer "…/tenant" answers at `/.well-known/oauth-authorization-server/tenant` (RFC 8414 §3.1), and its endpoints are
# below the issuer, or where `baseUrl` says.
# Seen: the document is only at `/.well-known/oauth-authorization-server`, which belongs to the issuer without a path, and names the endpoints of the
# root. A client that gets the issuer from the resource's metadata, which the same router serves, finds nothing. With an issuer without a path
# it works.
#
# Prints the status of each address and what the client finds, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 express@5.2.1
cat > run.mjs <<'JS'
import { discoverAuthorizationServerMetadata } from '@modelcontextprotocol/sdk/client/auth.js'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import express from 'express'

const provider = { clientsStore: { getClient: () => undefined }, authorize: async () => {} }
for (const path of ['', '/tenant']) {
  const app = express()
  const server = app.listen(0)
  const site = `http://localhost:${server.address().port}`
  const issuerUrl = new URL(`${site}${path}`)
  app.use(mcpAuthRouter({ provider, issuerUrl, resourceServerUrl: new URL(`${site}/mcp`) }))
  const short = (text) => String(text).replaceAll(site, '…')
  const resource = await (await fetch(`${site}/.well-known/oauth-protected-resource/mcp`)).json()
  const issuer = resource.authorization_servers[0]
  console.log(`issuer ${short(issuer)}`)
  for (const tail of new Set(['', path])) {
    const answer = await fetch(`${site}/.well-known/oauth-authorization-server${tail}`)
    const found = answer.ok ? await answer.json() : {}
    console.log(`  oauth-authorization-server${tail}: ${answer.status} ${short(found.issuer)}, ${short(found.token_endpoint)}`)
  }
  console.log(`  client finds: ${short((await discoverAuthorizationServerMetadata(issuer))?.issuer)}`)
  server.close()
  server.closeAllConnections()
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'issuer …/
  oauth-authorization-server: 200 …/, …/token
  client finds: …/
issuer …/tenant
  oauth-authorization-server: 200 …/tenant, …/token
  oauth-authorization-server/tenant: 404 undefined, undefined
  client finds: undefined' ]
