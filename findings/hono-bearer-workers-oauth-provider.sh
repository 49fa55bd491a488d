#!/bin/sh
# @cloudflare/workers-oauth-provider 1.2.3 as the server, hono 4.13.19 with hono/bearer-auth as the API: no token is accepted.
#
# Expected: an API in a second Worker accepts the access tokens of the first in the header `Authorization: Bearer …`, and checks them
# with its verifyToken.
# Seen: 400 `invalid_request` before verifyToken is called. The tokens contain colons (`user:grant:secret`), which the syntax of RFC 6750
# §2.1 does not allow, and the middleware enforces that syntax. Each of the two works with others. Such an API must read the
# header itself, and a server should use only letters, digits and `-._~+/` in its tokens.
#
# Prints the form of a token and the API's answers to it and to another, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0 @cloudflare/workers-oauth-provider@1.2.3 hono@4.13.19
cp node_modules/@cloudflare/workers-oauth-provider/dist/oauth-provider.js .
cat > worker.mjs <<'JS'
import { OAuthProvider } from './oauth-provider.js'

const redirectUri = 'https://app.example/callback'
export default new OAuthProvider({
  apiRoute: '/mcp',
  apiHandler: { fetch: () => new Response('in') },
  defaultHandler: {
    async fetch(request, env) {
      if (request.method === 'POST') {
        const client = { redirectUris: [redirectUri], tokenEndpointAuthMethod: 'none' }
        return Response.json(await env.OAUTH_PROVIDER.createClient(client))
      }
      const asked = await env.OAUTH_PROVIDER.parseAuthRequest(request)
      return Response.json(await env.OAUTH_PROVIDER.completeAuthorization({
        request: asked, userId: 'ada', scope: asked.scope, metadata: {}, props: {},
      }))
    },
  },
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/token',
  scopesSupported: ['read'],
  resourceMetadata: { resource: 'https://issuer.example/mcp', authorization_servers: ['https://issuer.example'] },
})
JS
cat > run.mjs <<'JS'
import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'
import { Miniflare } from 'miniflare'

const runtime = new Miniflare({
  modules: true,
  modulesRules: [{ type: 'ESModule', include: ['**/*.js', '**/*.mjs'] }],
  scriptPath: 'worker.mjs',
  compatibilityDate: '2026-07-01',
  kvNamespaces: ['OAUTH_KV'],
})
const visit = async (path, init) => (await runtime.dispatchFetch(`https://issuer.example${path}`, init)).json()
const { clientId: client_id } = await visit('/client', { method: 'POST' })
const code_verifier = 'v'.repeat(43)
const redirect_uri = 'https://app.example/callback'
const { redirectTo } = await visit(`/authorize?${new URLSearchParams({
  response_type: 'code',
  client_id,
  redirect_uri,
  scope: 'read',
  code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
  code_challenge_method: 'S256',
})}`)
const code = new URL(redirectTo).searchParams.get('code')
const form = { grant_type: 'authorization_code', client_id, redirect_uri, code, code_verifier }
const { access_token } = await visit('/token', { method: 'POST', body: new URLSearchParams(form) })
await runtime.dispose()

let asked = false
const verifyToken = () => (asked = true)
const api = new Hono().use(bearerAuth({ verifyToken })).get('/', (c) => c.text('in'))
for (const token of [access_token, access_token.replaceAll(':', '.')]) {
  asked = false
  const { status, headers } = await api.request('/', { headers: { authorization: `Bearer ${token}` } })
  console.log(token.replaceAll(/[\w-]+/g, 'x'), status, headers.get('www-authenticate') ?? '', `asked: ${asked}`)
}
JS
seen=$(node run.mjs)
echo "$seen"
[ "$seen" = 'x:x:x 400 Bearer error="invalid_request" asked: false
x.x.x 200  asked: true' ]
