#!/bin/sh
# @modelcontextprotocol/sdk 1.32.2 and @modelcontextprotocol/client 2.4.0: they read only the first of several challenges.
#
# Expected: WWW-Authenticate may have several challenges, in any order (RFC 9110 §11.6.1), and an API with two schemes sends both; a client looks for the
# one that it can answer, `Bearer`, and reads that one's parameters.
# Seen: with `Basic` first, both find nothing: no `resource_metadata`, no `scope` and no `error`, so the client guesses addresses, and never asks for a further
# scope. With `DPoP` first, the SDK finds nothing, and the client mixes the two: the scope of one, the address of the other.
# An API that serves such clients has to write Bearer first, or alone.
#
# Prints what each reads from each header, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0
cat > run.mjs <<'JS'
import * as client from '@modelcontextprotocol/client'
import * as sdk from '@modelcontextprotocol/sdk/client/auth.js'

const bearer = 'Bearer error="insufficient_scope", scope="read write", resource_metadata="https://api.example/metadata"'
for (const challenges of [
  [bearer],
  [bearer, 'Basic realm="api"'],
  ['Basic realm="api"', bearer],
  ['DPoP error="invalid_token", scope="read", algs="ES256"', bearer],
]) {
  console.log(challenges.map((challenge) => challenge.split(' ')[0]).join(', '))
  const response = new Response(null, { status: 403, headers: { 'www-authenticate': challenges.join(', ') } })
  for (const [name, { extractWWWAuthenticateParams }] of [['sdk', sdk], ['client', client]]) {
    const { error, scope, resourceMetadataUrl } = extractWWWAuthenticateParams(response)
    console.log(`  ${name}: ${error}, ${scope}, ${resourceMetadataUrl}`)
  }
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'Bearer
  sdk: insufficient_scope, read write, https://api.example/metadata
  client: insufficient_scope, read write, https://api.example/metadata
Bearer, Basic
  sdk: insufficient_scope, read write, https://api.example/metadata
  client: insufficient_scope, read write, https://api.example/metadata
Basic, Bearer
  sdk: undefined, undefined, undefined
  client: undefined, undefined, undefined
DPoP, Bearer
  sdk: undefined, undefined, undefined
  client: invalid_token, read, https://api.example/metadata' ]
