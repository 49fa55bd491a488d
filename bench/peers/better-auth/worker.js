// better-auth with its OAuth provider plugin, on D1. Passwords are stored unhashed: signing in is not measured.
import { oauthProvider } from '@better-auth/oauth-provider'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { jwt } from 'better-auth/plugins'

function make({ DB }, origin) {
  return betterAuth({
    database: DB,
    baseURL: origin,
    secret: 'only-for-measuring-only-for-measuring-only',
    trustedOrigins: [origin],
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      password: { hash: async (text) => text, verify: async ({ hash, password }) => hash === password },
    },
    plugins: [
      jwt({ jwks: { keyPairConfig: { alg: 'RS256' } }, disableSettingJwtHeader: true }),
      oauthProvider({
        clientPrivileges: () => true,
        loginPage: '/login',
        consentPage: '/consent',
        scopes: ['openid', 'profile', 'offline_access', 'read'],
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  })
}

let auth

function signUp(at, user) {
  const body = { email: `${user}@example.com`, password: 'seven green lamps', name: user }
  return at.api.signUpEmail({ body, asResponse: true })
}

async function register(at) {
  const signedUp = await signUp(at, `owner-${crypto.randomUUID()}`)
  const cookie = signedUp.headers.getSetCookie().map((line) => line.split(';')[0])
  const client = await at.api.adminCreateOAuthClient({
    headers: new Headers({ Cookie: cookie.join('; ') }),
    body: {
      client_name: 'app',
      redirect_uris: ['https://app.example/callback'],
      scope: 'openid profile offline_access read',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      response_types: ['code'],
      client_credentials_scopes: ['read'],
      token_endpoint_auth_method: 'client_secret_basic',
      skip_consent: true,
    },
  })
  return Response.json({ id: client.client_id, secret: client.client_secret })
}

/**
 * Reused across requests, it costs half as much as a new one per request; but sometimes it waits for ever for I/O of another
 * request. Then a new one is created.
 */
async function answer(at, request, renew) {
  const copy = request.clone()
  let timer
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(undefined), 2000)
  })
  const answered = await Promise.race([at.handler(request), late])
  clearTimeout(timer)
  return answered ?? renew().handler(copy)
}

export default {
  async fetch(request, env) {
    const { pathname, origin, searchParams } = new URL(request.url)
    if (pathname === '/client') {
      const { runMigrations } = await getMigrations(make(env, origin).options)
      await runMigrations()
    }
    auth ??= make(env, origin)
    if (pathname === '/client') return register(auth)
    if (pathname === '/sign-in') return signUp(auth, `${searchParams.get('user')}`)
    return answer(auth, request, () => {
      auth = make(env, origin)
      return auth
    })
  },
}
