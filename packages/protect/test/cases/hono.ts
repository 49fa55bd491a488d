import assert from 'node:assert/strict'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { protect } from '../../src/hono.ts'
import { fetchGuard } from '../../src/index.ts'
import { type Cases, read, requestOf, type Sent } from '../ask.ts'
import { audience, Issuer } from '../issuer.ts'

async function start() {
  const server = await Issuer.start()
  const guard = protect(server.options({ scopes: ['read'] }))
  const app = new Hono()
    .get('/open', (c) => c.text('open'))
    .use(cors({ origin: 'https://app.example', exposeHeaders: ['WWW-Authenticate'] }))
    .use(guard)
    .get('/hello', (c) => c.json({ sub: c.get('token').claims.sub }))
    .post('/notes', guard.require({ scopes: ['write'] }), (c) => c.json({ scopes: c.get('token').scopes }))
    .delete('/notes', guard.require({ scopes: ['admin'] }), (c) => c.json({}))
  return { server, ask: async (sent: Sent) => read(await app.fetch(requestOf(sent))) }
}

const url = `${audience}/notes`

export const cases: Cases = {
  'Hono: routes before the guard are open, routes after it get the token': async () => {
    const { server, ask } = await start()
    const token = await server.token()
    assert.deepEqual((await ask({ token })).body, { sub: 'ada' })
    assert.equal((await ask({})).status, 401)
    const open = new Hono().get('/open', (c) => c.json('open')).use(protect(server.options()))
    assert.equal((await open.request('/open')).status, 200)
  },

  'Hono: a route adds its own needs to those of the whole API': async () => {
    const { server, ask } = await start()
    const token = await server.token()
    assert.deepEqual((await ask({ url, token, method: 'POST' })).body, { scopes: ['read', 'write'] })
    const { status, challenge } = await ask({ url, token, method: 'DELETE' })
    assert.deepEqual([status, challenge.scope], [403, 'read admin'])
    const narrow = await server.token({ scope: 'write' })
    assert.equal((await ask({ url, token: narrow, method: 'POST' })).status, 403)
  },

  'Hono: a refusal carries the headers of cors(), and the document is served': async () => {
    const { ask } = await start()
    const { headers } = await ask({})
    assert.equal(headers.get('access-control-allow-origin'), 'https://app.example')
    assert.equal((await ask({ url: `${audience}/.well-known/oauth-protected-resource` })).status, 200)
  },

  'Hono: under a path, the document is served where the guard is put for it': async () => {
    const server = await Issuer.start()
    const guard = protect(server.options({ audience: `${audience}/api` }))
    const wellKnown = '/.well-known/oauth-protected-resource'
    const app = new Hono()
      .use('/api/*', guard)
      .use(`${wellKnown}/*`, guard)
      .get('/', (c) => c.json('open'))
    const ask = async (path: string) => read(await app.request(path))
    assert.equal((await ask(`${wellKnown}/api`)).body.resource, `${audience}/api`)
    assert.equal((await ask('/api/hello')).challenge.resource_metadata, `${audience}${wellKnown}/api`)
    assert.equal((await ask('/')).status, 200)
  },

  'Hono: a route that is guarded alone verifies the token itself': async () => {
    const server = await Issuer.start()
    const guard = protect(server.options())
    const app = new Hono().get('/hello', guard.require({ scopes: ['write'] }), (c) =>
      c.json(c.get('token').scopes),
    )
    assert.equal((await app.request('/hello')).status, 401)
    assert.equal((await app.fetch(requestOf({ token: await server.token() }))).status, 200)
  },

  'fetch: a token is verified once per request, and its claims are never reused for another request':
    async () => {
      const server = await Issuer.start()
      const guard = fetchGuard(server.options({ introspection: { clientId: 'api', clientSecret: 'secret' } }))
      const told = {
        active: true,
        token_type: 'Bearer',
        aud: audience,
        sub: 'ada',
        client_id: 'x',
        exp: server.now + 9,
      }
      server.answers.set('/introspect', () => told)
      const request = requestOf({ token: 'opaque' })
      assert.ok(!((await guard.check(request)) instanceof Response))
      const refused = await guard.check(request, { scopes: ['write'] })
      assert.ok(refused instanceof Response && refused.status === 403)
      await guard.check(requestOf({ token: 'opaque' }))
      assert.equal(server.asked.filter((path) => path === '/introspect').length, 2)
    },
}
