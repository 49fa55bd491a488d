import assert from 'node:assert/strict'
import type { Options } from '../../src/index.ts'
import { api, type Cases } from '../ask.ts'
import { audience, Issuer, issuer } from '../issuer.ts'

const wellKnown = '/.well-known/oauth-protected-resource'

async function documentOf(url: string, changes: Partial<Options> = {}, method = 'GET') {
  const server = await Issuer.start()
  return api(server.options(changes))({ url, method })
}

/** RFC 9728 §2 to §5. */
export const cases: Cases = {
  'the document is public and needs no token': async () => {
    const { status, headers, body } = await documentOf(audience + wellKnown, { scopes: ['read'] })
    assert.equal(status, 200)
    assert.equal(headers.get('content-type'), 'application/json')
    assert.equal(headers.get('access-control-allow-origin'), '*')
    assert.deepEqual(body, {
      resource: audience,
      authorization_servers: [issuer],
      scopes_supported: ['read'],
      bearer_methods_supported: ['header'],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
    })
  },

  '§2, §3.2: custom members; those without a value are left out, and the fixed ones stay': async () => {
    const metadata = { resource_name: 'Notes', scopes_supported: ['read', 'write'] }
    const { body } = await documentOf(audience + wellKnown, { metadata })
    assert.equal(body.resource_name, 'Notes')
    assert.deepEqual(body.scopes_supported, ['read', 'write'])
    const plain = await documentOf(audience + wellKnown)
    assert.ok(!('scopes_supported' in plain.body))
  },

  '§3.1: the well-known part goes between host and path, and the challenge contains the URL': async () => {
    for (const [resource, where] of [
      ['https://api.example.com', `https://api.example.com${wellKnown}`],
      ['https://api.example.com/', `https://api.example.com${wellKnown}`],
      ['https://api.example.com/notes/v1', `https://api.example.com${wellKnown}/notes/v1`],
      ['https://api.example.com/notes?tenant=7', `https://api.example.com${wellKnown}/notes?tenant=7`],
      ['http://localhost:8002/api', `http://localhost:8002${wellKnown}/api`],
    ] as const) {
      const { body, status } = await documentOf(where, { audience: resource })
      assert.equal(status, 200, where)
      // §3.3: compared exactly.
      assert.equal(body.resource, resource)
      const { challenge } = await documentOf('https://api.example.com/x', { audience: resource })
      assert.equal(challenge.resource_metadata, where)
    }
  },

  'another path, or the query of another resource, is not the document': async () => {
    const resource = 'https://api.example.com/notes?tenant=7'
    for (const path of ['', '/notes', '/notes?tenant=8', '/notes/x?tenant=7', '/other'])
      assert.equal((await documentOf(`https://api.example.com${wellKnown}${path}`, { resource })).status, 401)
    assert.equal((await documentOf(`${audience}${wellKnown}?x=1`)).status, 200)
    assert.equal((await documentOf(`${audience}/x?${wellKnown}`)).status, 401)
  },

  'a resource that differs from the audience': async () => {
    const options = { audience: 'notes-api', resource: 'https://api.example.com/notes' }
    const { body } = await documentOf(`https://api.example.com${wellKnown}/notes`, options)
    assert.equal(body.resource, options.resource)
  },

  'an audience that is not a URL of the API has no document, and the challenge names none': async () => {
    for (const name of ['notes-api', issuer, 'http://api.example.com']) {
      const answer = await documentOf(audience + wellKnown, { audience: name })
      assert.equal(answer.status, 401)
      assert.equal(answer.challenge.resource_metadata, undefined)
    }
  },

  'HEAD and a preflight, and no other method': async () => {
    const url = audience + wellKnown
    assert.deepEqual((await documentOf(url, {}, 'HEAD')).body, {})
    const preflight = await documentOf(url, {}, 'OPTIONS')
    assert.equal(preflight.status, 204)
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*')
    const post = await documentOf(url, {}, 'POST')
    assert.equal(post.status, 405)
    assert.equal(post.headers.get('allow'), 'GET, HEAD, OPTIONS')
  },
}
