import assert from 'node:assert/strict'
import { api, type Cases } from '../ask.ts'
import { audience, Issuer } from '../issuer.ts'

/** RFC 6750 §2 and §3. */
export const cases: Cases = {
  'no token: 401 with a challenge without an error code': async () => {
    const server = await Issuer.start()
    const answer = await api(server.options({ scopes: ['read'] }))()
    assert.equal(answer.status, 401)
    assert.deepEqual(answer.challenge, {
      realm: audience,
      scope: 'read',
      resource_metadata: `${audience}/.well-known/oauth-protected-resource`,
      algs: 'ES256 EdDSA Ed25519 PS256 RS256',
    })
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.get('content-type'), 'application/json')
    assert.deepEqual(server.asked, [])
  },

  'another scheme counts as no token': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    for (const authorization of ['Basic YTpi', 'bearertoken', 'Token abc', '']) {
      assert.deepEqual((await ask({ authorization })).challenge.error, undefined, authorization)
      assert.equal((await ask({ authorization })).status, 401, authorization)
    }
  },

  'the scheme in any case, followed by more than one space': async () => {
    const server = await Issuer.start()
    const token = await server.token()
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  '])
      assert.equal((await api(server.options())({ authorization: `${scheme} ${token}` })).status, 200, scheme)
  },

  'a malformed header: 400 invalid_request': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    const token = await server.token()
    const headers = [
      'Bearer',
      `Bearer ${token} ${token}`,
      `Bearer ${token}, Bearer ${token}`,
      'Bearer a"b',
      'Bearer =',
    ]
    for (const authorization of headers) {
      const { status, challenge } = await ask({ authorization })
      assert.deepEqual([status, challenge.error], [400, 'invalid_request'], authorization)
    }
  },

  'a token in the URL is not accepted; in addition to the header it is 400': async () => {
    const server = await Issuer.start()
    const ask = api(server.options())
    const token = await server.token()
    const url = `https://api.example.com/hello?access_token=${token}`
    const alone = await ask({ url })
    assert.deepEqual([alone.status, alone.challenge.error], [401, undefined])
    const twice = await ask({ url, token })
    assert.deepEqual([twice.status, twice.challenge.error], [400, 'invalid_request'])
    assert.equal((await ask({ url: 'https://api.example.com/hello?my_access_token=x', token })).status, 200)
  },

  'an invalid token: 401 invalid_token, in the challenge and in the body': async () => {
    const server = await Issuer.start()
    const { challenge, body, status } = await api(server.options())({ token: 'opaque' })
    assert.equal(status, 401)
    assert.equal(challenge.error, 'invalid_token')
    assert.equal(challenge.error_description, body.error_description)
    assert.match(String(body.error_description), /is not a JWT/)
  },

  'a missing scope: 403 insufficient_scope names every scope that is needed': async () => {
    const server = await Issuer.start()
    const ask = api(server.options({ scopes: ['read', 'admin'] }))
    const { status, challenge, line } = await ask({ token: await server.token() })
    assert.equal(status, 403)
    assert.equal(line, '403 insufficient_scope The access token lacks the scope admin')
    assert.equal(challenge.error, 'insufficient_scope')
    assert.equal(challenge.scope, 'read admin')
  },

  'scopes are compared as whole names': async () => {
    const server = await Issuer.start()
    const ask = api(server.options({ scopes: ['read'] }))
    assert.equal((await ask({ token: await server.token({ scope: 'write read' }) })).status, 200)
    for (const scope of ['readonly', 'READ', 'unread', '', undefined])
      assert.equal((await ask({ token: await server.token({ scope }) })).status, 403, scope)
  },

  "a value of the challenge can't break out of its quotes": async () => {
    const server = await Issuer.start()
    const { headers } = await api(server.options({ audience: 'urn:a"b\\c' }))()
    assert.match(headers.get('www-authenticate') ?? '', /^Bearer realm="urn:a b c", DPoP algs="[\w ]+"$/)
  },

  'a header with a hundred thousand spaces is parsed quickly': async () => {
    const server = await Issuer.start()
    const handler = api(server.options())
    const spaces = ' '.repeat(100_000)
    assert.equal((await handler({ authorization: `Bearer${spaces}a${spaces}b` })).status, 400)
  },
}
