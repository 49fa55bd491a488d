import assert from 'node:assert/strict'
import { api, type Cases } from '../ask.ts'
import { Issuer, issuer, makeKey } from '../issuer.ts'

const metadata = '/.well-known/oauth-authorization-server'
const keySets = (server: Issuer) => server.asked.filter((path) => path === '/keys').length

export const cases: Cases = {
  'metadata and keys are fetched once': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    for (let i = 0; i < 3; i += 1) assert.equal((await ask({ token: await server.token() })).status, 200)
    assert.deepEqual(server.asked, [metadata, '/keys'])
    server.now += 599
    await ask({ token: await server.token() })
    assert.equal(keySets(server), 1)
    server.now += 1
    await ask({ token: await server.token() })
    assert.equal(keySets(server), 2)
  },

  'an unknown kid fetches the keys again, at most once in 30 seconds': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    const stranger = await makeKey('unknown')
    const hostile = () => server.token({}, {}, stranger)
    const unknown = '401 invalid_token The access token is not signed by a key of the server'
    for (let i = 0; i < 5; i += 1) assert.equal((await ask({ token: await hostile() })).line, unknown)
    assert.equal(keySets(server), 1)
    server.now += 30
    for (let i = 0; i < 5; i += 1) assert.equal((await ask({ token: await hostile() })).line, unknown)
    assert.equal(keySets(server), 2)
    assert.equal((await ask({ token: await server.token() })).status, 200)
  },

  'a new key is found by the first token that uses it': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    await ask({ token: await server.token() })
    server.now += 60
    const old = await server.token()
    server.keys.unshift(await makeKey('second'))
    assert.equal((await ask({ token: await server.token() })).status, 200)
    assert.equal((await ask({ token: old })).status, 200)
    assert.equal(keySets(server), 2)
  },

  'a withdrawn key is refused once the key set was fetched again': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    const withdrawn = server.keys[0]
    await ask({ token: await server.token() })
    server.keys.splice(0, 1, await makeKey('second'))
    server.now += 600
    assert.equal((await ask({ token: await server.token({}, {}, withdrawn) })).status, 401)
  },

  'keys that cannot be fetched: 503, never 401, and only the API learns the reason': async () => {
    for (const [path, answer] of Object.entries({
      [metadata]: undefined,
      '/keys': undefined,
      500: Response.json({ keys: [] }, { status: 500 }),
      302: new Response(null, { status: 302, headers: { location: 'https://evil.example/keys' } }),
      html: new Response('<html>'),
      list: Response.json([]),
      empty: Response.json({}),
      malformed: Response.json({ keys: [7] }),
    })) {
      const server = await Issuer.start()
      if (answer === undefined) server.down.add(path)
      else server.answers.set('/keys', () => answer)
      const { status, headers, line } = await api(server.options())({ token: await server.token() })
      assert.equal(status, 503, path)
      assert.equal(headers.get('retry-after'), '5')
      assert.equal(headers.get('www-authenticate'), null)
      assert.equal(line, '503 temporarily_unavailable The access token cannot be checked at the moment')
      assert.equal(server.reasons.length, 1)
    }
  },

  'a failing server is left alone for five seconds, then tried again': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    server.down.add('/keys')
    for (let i = 0; i < 5; i += 1) assert.equal((await ask({ token: await server.token() })).status, 503)
    assert.equal(keySets(server), 1)
    server.down.clear()
    server.now += 5
    assert.equal((await ask({ token: await server.token() })).status, 200)
  },

  'known keys are used for an hour while the server is down': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    await ask({ token: await server.token() })
    server.down.add('/keys')
    server.now += 600 + 3599
    assert.equal((await ask({ token: await server.token() })).status, 200)
    const unknown = await server.token({}, {}, await makeKey('second'))
    assert.equal((await ask({ token: unknown })).status, 503)
    server.now += 6
    assert.equal((await ask({ token: await server.token() })).status, 503)
  },

  'metadata of another issuer is not used': async () => {
    const server = await Issuer.start()
    server.answers.set(metadata, () => ({ issuer: 'https://evil.example', jwks_uri: `${issuer}/keys` }))
    assert.equal((await api(server.options())({ token: await server.token() })).status, 503)
    assert.equal(keySets(server), 0)
  },

  'metadata without keys, or with keys that are not at an https URL': async () => {
    for (const jwks_uri of [undefined, 'http://id.example.com/keys', 'file:///etc/passwd', 7]) {
      const server = await Issuer.start()
      server.answers.set(metadata, () => ({ issuer, jwks_uri }))
      assert.equal((await api(server.options())({ token: await server.token() })).status, 503)
      assert.equal(keySets(server), 0)
    }
  },

  'a server with OpenID metadata only, and one with a path': async () => {
    const server = await Issuer.start()
    server.answers.delete(metadata)
    server.answers.set('/.well-known/openid-configuration', () => ({ issuer, jwks_uri: `${issuer}/keys` }))
    assert.equal((await api(server.options())({ token: await server.token() })).status, 200)

    const tenant = `${issuer}/tenant`
    const other = await Issuer.start()
    other.answers.set(`${metadata}/tenant`, () => ({ issuer: tenant, jwks_uri: `${issuer}/keys` }))
    const ask = api(other.options({ issuer: tenant }))
    assert.equal((await ask({ token: await other.token({ iss: tenant }) })).status, 200)
    assert.deepEqual(other.asked, [`${metadata}/tenant`, '/keys'])
  },

  'a configured jwks_uri needs no metadata': async () => {
    const server = await Issuer.start()
    const ask = api(server.options({ jwksUri: `${issuer}/keys` }))
    assert.equal((await ask({ token: await server.token() })).status, 200)
    assert.deepEqual(server.asked, ['/keys'])
  },

  'two keys that both fit a token without a kid': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    assert.equal((await ask({ token: await server.token({}, { kid: undefined }) })).status, 200)
    server.keys.push(await makeKey('second'))
    server.now += 600
    assert.equal(
      (await ask({ token: await server.token({}, { kid: undefined }) })).line,
      '401 invalid_token The access token does not say which key signed it',
    )
  },
}
