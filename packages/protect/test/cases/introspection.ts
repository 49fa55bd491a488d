import assert from 'node:assert/strict'
import { api, type Cases } from '../ask.ts'
import { audience, Issuer, issuer, startedAt } from '../issuer.ts'

const introspection = { clientId: 'api', clientSecret: 'secret' }

const good = {
  active: true,
  token_type: 'Bearer',
  iss: issuer,
  aud: audience,
  sub: 'ada',
  client_id: 'notes',
  username: 'ada',
  scope: 'read',
  exp: startedAt + 300,
}

/** The result for an opaque token with this answer of the server. */
async function answerTo(told: unknown) {
  const server = await Issuer.start()
  server.answers.set('/introspect', () => told)
  return { server, ...(await api(server.options({ introspection, scopes: ['read'] }))({ token: 'opaque' })) }
}

/** RFC 7662. */
export const cases: Cases = {
  'an active opaque token is accepted, with the claims that the server returns': async () => {
    const { status, body } = await answerTo(good)
    assert.equal(status, 200)
    assert.deepEqual(body, good)
    assert.equal((await answerTo({ ...good, aud: [audience, 'x'], iss: undefined })).status, 200)
    assert.equal((await answerTo({ ...good, token_type: 'bearer' })).status, 200)
  },

  'an opaque token may look like a JWT, with two dots or an e at its start': async () => {
    const server = await Issuer.start()
    server.answers.set('/introspect', () => good)
    const ask = api(server.options({ introspection }))
    for (const token of ['lka_Zm9v.YmFy.YmF6', 'eyJ.a.b', 'e30', 'a..b', 'a.b.c.d.e'])
      assert.equal((await ask({ token })).status, 200, token)
    assert.equal(server.asked.filter((path) => path === '/introspect').length, 5)
  },

  '§2.1: sends token, hint and form-encoded credentials': async () => {
    const server = await Issuer.start()
    let seen: unknown[] = []
    server.answers.set('/introspect', ({ headers, form }) => {
      seen = [headers.get('authorization'), headers.get('accept'), Object.fromEntries(form)]
      return good
    })
    const odd = { clientId: 'a:b', clientSecret: 'ä %+' }
    await api(server.options({ introspection: odd }))({ token: 'opaque' })
    const basic = `Basic ${Buffer.from('a%3Ab:%C3%A4+%25%2B').toString('base64')}`
    assert.deepEqual(seen, [basic, 'application/json', { token: 'opaque', token_type_hint: 'access_token' }])
  },

  '§2.2: an inactive token is refused, and only true means active': async () => {
    for (const active of [false, 'true', 1, undefined, null])
      assert.match((await answerTo({ ...good, active })).line, /^401 invalid_token/, String(active))
  },

  'an active refresh token is refused': async () => {
    for (const token_type of [undefined, 'refresh_token', 'N_A'])
      assert.equal(
        (await answerTo({ ...good, token_type })).line,
        '401 invalid_token The token is not an access token: its token_type is different',
      )
  },

  '§4: refuses another audience, another issuer, an expired token, one that is not valid yet, and one bound to a key':
    async () => {
      for (const changes of [
        { aud: 'https://other.example' },
        { aud: [] },
        { aud: undefined },
        { iss: 'https://evil.example' },
        { exp: startedAt - 5 },
        { exp: undefined },
        { exp: 'soon' },
        { nbf: startedAt + 6 },
        { sub: undefined },
        { client_id: undefined },
        { cnf: { jkt: 'x' } },
      ])
        assert.match(
          (await answerTo({ ...good, ...changes })).line,
          /^401 invalid_token/,
          JSON.stringify(changes),
        )
    },

  'scopes are checked as in a JWT': async () => {
    assert.match((await answerTo({ ...good, scope: 'write' })).line, /^403 insufficient_scope/)
  },

  'every request asks: a revoked token is refused at once': async () => {
    const server = await Issuer.start()
    server.answers.set('/introspect', () => good)
    const ask = api(server.options({ introspection }))
    assert.equal((await ask({ token: 'opaque' })).status, 200)
    server.answers.set('/introspect', () => ({ active: false }))
    assert.equal((await ask({ token: 'opaque' })).status, 401)
  },

  'a server that cannot be reached: 503, never 401': async () => {
    for (const answer of [
      Response.json(good, { status: 500 }),
      new Response('slow down', { status: 429 }),
      new Response('{"error":"invalid_client"}', { status: 401 }),
      new Response(null, { status: 307, headers: { location: 'https://evil.example' } }),
      new Response('<html>'),
      Response.json([good]),
      Response.json(null),
    ]) {
      const { status, server } = await answerTo(answer)
      assert.equal(status, 503)
      assert.equal(server.reasons.length, 1)
      assert.ok(!server.reasons[0]?.includes('secret:') && !server.reasons[0]?.includes('opaque'))
    }
    const server = await Issuer.start()
    server.down.add('/introspect')
    assert.equal((await api(server.options({ introspection }))({ token: 'opaque' })).status, 503)
  },

  'a server without an introspection endpoint in its metadata, and an API that configures it': async () => {
    const server = await Issuer.start()
    server.answers.set('/.well-known/oauth-authorization-server', () => ({
      issuer,
      jwks_uri: `${issuer}/keys`,
    }))
    server.answers.set('/introspect', () => good)
    assert.equal((await api(server.options({ introspection }))({ token: 'opaque' })).status, 503)
    const introspectionEndpoint = `${issuer}/introspect`
    const ask = api(server.options({ introspection, introspectionEndpoint }))
    assert.equal((await ask({ token: 'opaque' })).status, 200)
  },

  'a JWT is verified locally, and introspected only where the API says so': async () => {
    const server = await Issuer.start()
    server.answers.set('/introspect', () => ({ active: false }))
    const token = await server.token()
    assert.equal((await api(server.options({ introspection }))({ token })).status, 200)
    const ask = api(server.options({ introspection: { ...introspection, always: true } }))
    assert.match((await ask({ token })).line, /^401 invalid_token/)
    server.answers.set('/introspect', () => good)
    assert.equal((await ask({ token })).status, 200)
    server.down.add('/introspect')
    assert.equal((await ask({ token })).status, 503)
  },

  'the server is not asked about a forged JWT': async () => {
    const server = await Issuer.start()
    server.answers.set('/introspect', () => good)
    const ask = api(server.options({ introspection: { ...introspection, always: true } }))
    assert.equal((await ask({ token: await server.token({ aud: 'https://other.example' }) })).status, 401)
    assert.ok(!server.asked.includes('/introspect'))
  },
}
