// @cloudflare/workers-oauth-provider as in its README. Signing in and consent are left to the application: here a session is
// looked up in KV, and consent is given at once.
import OAuthProvider from '@cloudflare/workers-oauth-provider'

function make(origin) {
  return new OAuthProvider({
    apiRoute: '/api',
    apiHandler: { fetch: async (_request, _env, { props }) => Response.json({ sub: props.userId }) },
    defaultHandler: { fetch: answer },
    authorizeEndpoint: '/authorize',
    tokenEndpoint: '/token',
    scopesSupported: ['profile', 'offline_access'],
    resourceMetadata: { resource: `${origin}/api`, authorization_servers: [origin] },
    accessTokenTTL: 3600,
    refreshTokenTTL: 30 * 86400,
  })
}

let provider

async function answer(request, env) {
  const url = new URL(request.url)
  if (url.pathname === '/authorize') return authorize(request, env)
  if (url.pathname === '/sign-in') {
    const session = crypto.randomUUID()
    await env.OAUTH_KV.put(`session:${session}`, url.searchParams.get('user') ?? '', { expirationTtl: 86400 })
    return new Response('Signed in', { headers: { 'Set-Cookie': `session=${session}; Path=/; HttpOnly` } })
  }
  if (url.pathname === '/client') {
    const { clientId, clientSecret } = await env.OAUTH_PROVIDER.createClient({
      redirectUris: ['https://app.example/callback'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code'],
    })
    return Response.json({ id: clientId, secret: clientSecret })
  }
  return new Response('Not found', { status: 404 })
}

async function authorize(request, env) {
  const session = /session=([\w-]+)/.exec(request.headers.get('Cookie') ?? '')?.[1]
  const userId = await env.OAUTH_KV.get(`session:${session}`)
  if (userId === null) return new Response('Sign in first', { status: 401 })
  const asked = await env.OAUTH_PROVIDER.parseAuthRequest(request)
  const granted = { request: asked, userId, metadata: {}, scope: asked.scope, props: { userId } }
  const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization(granted)
  return Response.redirect(redirectTo, 302)
}

export default {
  fetch(request, env, ctx) {
    provider ??= make(new URL(request.url).origin)
    return provider.fetch(request, env, ctx)
  },
}
