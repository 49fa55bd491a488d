// OpenAuth with its KV storage. It has no session of its own: the provider here looks one up in KV and reports success. The
// issuer is reused across requests, which is more than its guide does.

import { issuer } from '@openauthjs/openauth'
import { createClient } from '@openauthjs/openauth/client'
import { CloudflareStorage } from '@openauthjs/openauth/storage/cloudflare'
import { createSubjects } from '@openauthjs/openauth/subject'

const machine = { id: 'machine', secret: 'only-for-measuring' }
/** Accepts everything: a schema without cost. */
const anything = { '~standard': { version: 1, vendor: 'bench', validate: (value) => ({ value }) } }
const subjects = createSubjects({ user: anything })

function make(env) {
  const storage = CloudflareStorage({ namespace: env.AUTH_KV })
  return issuer({
    // Its adapter rounds the rest of a minute down to 59 seconds, which KV refuses: one flow in some dozens would fail.
    storage: {
      ...storage,
      set: (key, value, at) => storage.set(key, value, at && new Date(at.getTime() + 1000)),
    },
    subjects,
    allow: async ({ clientID, redirectURI }) =>
      clientID === 'app' && redirectURI === 'https://app.example/callback',
    providers: {
      session: {
        type: 'session',
        init(routes, { success }) {
          routes.get('/authorize', async (c) => {
            const session = /session=([\w-]+)/.exec(c.req.header('Cookie') ?? '')?.[1]
            const userId = await env.AUTH_KV.get(`session:${session}`)
            return userId === null ? c.text('Sign in first', 401) : success(c, { userId })
          })
        },
        async client({ clientID, clientSecret }) {
          if (clientID !== machine.id || clientSecret !== machine.secret) throw new Error('Another client')
          return { userId: clientID }
        },
      },
    },
    success: (ctx, { userId }) => ctx.subject('user', { id: userId }, { subject: userId }),
  })
}

let app
let verifier

export default {
  async fetch(request, env, ctx) {
    const url = new URL(request.url)
    if (url.pathname === '/client') return Response.json({ id: 'app', secret: '' })
    if (url.pathname === '/sign-in') {
      const session = crypto.randomUUID()
      await env.AUTH_KV.put(`session:${session}`, url.searchParams.get('user') ?? '', {
        expirationTtl: 86400,
      })
      return new Response('Signed in', { headers: { 'Set-Cookie': `session=${session}; Path=/; HttpOnly` } })
    }
    app ??= make(env)
    const issuing = app
    if (url.pathname !== '/resource') return issuing.fetch(request, env, ctx)
    // It has no userinfo; this is its own verification of a token, at an API that is this Worker.
    verifier ??= createClient({
      clientID: 'app',
      issuer: url.origin,
      fetch: async (where, init) => issuing.fetch(new Request(where, init), env, ctx),
    })
    const checked = await verifier.verify(subjects, request.headers.get('Authorization')?.slice(7) ?? '')
    return checked.err
      ? new Response('Refused', { status: 401 })
      : Response.json({ sub: checked.subject.properties })
  },
}
