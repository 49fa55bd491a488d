#!/bin/sh
# @cloudflare/workers-oauth-provider 1.2.3, completeAuthorization(): a sign-in on the second device ends that on the first.
#
# Expected: one person signs in to one registered application on a laptop and on a phone, and both go on, each with tokens of its own.
# Seen: the second authorization revokes the first, with its access and refresh token: the laptop gets 401 and `invalid_grant`.
# With clients that register themselves, one installation is one client, and nobody notices. With an application that is registered
# once for all its users, the last browser wins. `revokeExistingGrants: false` in completeAuthorization() keeps both.
#
# Prints what the first device gets after the second has signed in, and fails when that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund miniflare@4.20260730.0 @cloudflare/workers-oauth-provider@1.2.3
cp node_modules/@cloudflare/workers-oauth-provider/dist/oauth-provider.js .
cat > worker.mjs <<'JS'
import { OAuthProvider } from './oauth-provider.js'

const resource = 'https://mcp.example/mcp'
const provider = new OAuthProvider({
  apiRoute: '/mcp',
  apiHandler: { fetch: () => new Response('in') },
  defaultHandler: {
    async fetch(request, env) {
      const { revokeExistingGrants, ...client } = Object.fromEntries(new URL(request.url).searchParams)
      if (request.method === 'POST')
        return Response.json(await env.OAUTH_PROVIDER.createClient({
          redirectUris: ['https://app.example/callback'],
          tokenEndpointAuthMethod: 'none',
        }))
      const asked = await env.OAUTH_PROVIDER.parseAuthRequest(request)
      const options = revokeExistingGrants ? { revokeExistingGrants: false } : {}
      const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
        request: asked, userId: 'ada', scope: asked.scope, metadata: {}, props: {}, ...options,
      })
      return Response.json({ redirectTo })
    },
  },
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/token',
  scopesSupported: ['read'],
  resourceMetadata: { resource, authorization_servers: ['https://mcp.example'] },
})
export default provider
JS
cat > run.mjs <<'JS'
import { createHash, randomBytes } from 'node:crypto'
import { Miniflare } from 'miniflare'

const runtime = new Miniflare({
  modules: true,
  modulesRules: [{ type: 'ESModule', include: ['**/*.js', '**/*.mjs'] }],
  scriptPath: 'worker.mjs',
  compatibilityDate: '2026-07-01',
  kvNamespaces: ['OAUTH_KV'],
})
const visit = (path, init) => runtime.dispatchFetch(`https://mcp.example${path}`, init)
const post = (form) => visit('/token', { method: 'POST', body: new URLSearchParams(form) })
const redirect_uri = 'https://app.example/callback'

for (const keep of [false, true]) {
  const { clientId: client_id } = await (await visit('/client', { method: 'POST' })).json()
  const signIn = async () => {
    const code_verifier = randomBytes(32).toString('base64url')
    const code_challenge = createHash('sha256').update(code_verifier).digest('base64url')
    const query = new URLSearchParams({
      response_type: 'code', client_id, redirect_uri, scope: 'read', code_challenge, code_challenge_method: 'S256',
      ...(keep && { revokeExistingGrants: 'false' }),
    })
    const { redirectTo } = await (await visit(`/authorize?${query}`)).json()
    const code = new URL(redirectTo).searchParams.get('code')
    return (await post({ grant_type: 'authorization_code', client_id, redirect_uri, code, code_verifier })).json()
  }
  const laptop = await signIn()
  await signIn()
  const api = await visit('/mcp', { headers: { authorization: `Bearer ${laptop.access_token}` } })
  await api.text()
  const refresh = await post({ grant_type: 'refresh_token', client_id, refresh_token: laptop.refresh_token })
  const { error = 'new tokens' } = await refresh.json()
  console.log(`${keep ? 'revokeExistingGrants: false' : 'as it is'}: API ${api.status}, refresh ${refresh.status} ${error}`)
}
await runtime.dispose()
JS
seen=$(node run.mjs 2>errors | grep -v '^OAuth error response') || { cat errors >&2; exit 1; }
echo "$seen"
[ "$seen" = 'as it is: API 401, refresh 400 invalid_grant
revokeExistingGrants: false: API 200, refresh 200 new tokens' ]
