import assert from 'node:assert/strict'
import { type Options, protect } from '../../src/index.ts'
import type { Cases } from '../ask.ts'
import { audience, issuer } from '../issuer.ts'

function refused(changes: Partial<Options>): RegExp | undefined {
  try {
    protect({ issuer, audience, ...changes }, () => new Response())
    return undefined
  } catch (error) {
    assert.ok(error instanceof TypeError)
    return new RegExp(`^${error.message.replace('protect: ', '').split(' ')[0]}`)
  }
}

export const cases: Cases = {
  'an invalid option is reported at start by name': async () => {
    const wrong: readonly Partial<Options>[] = [
      { issuer: 'id.example.com' },
      { issuer: 'http://id.example.com' },
      { issuer: `${issuer}?x` },
      { audience: '' },
      { audience: 'two words' },
      { resource: 'notes' },
      { resource: `${audience}#x` },
      { jwksUri: 'http://id.example.com/keys' },
      { introspectionEndpoint: '/introspect' },
      { introspection: { clientId: 'api', clientSecret: '' } },
      { algorithms: ['HS256'] },
      { algorithms: ['none'] },
      { algorithms: [] },
      { nonceSecret: 'short' },
      { clockTolerance: -1 },
      { clockTolerance: 61 },
      { clockTolerance: Number.NaN },
      { scopes: ['read write'] },
      { acrValues: ['"'] },
      { maxAge: -1 },
    ]
    for (const changes of wrong) assert.match(Object.keys(changes)[0] ?? '', refused(changes) ?? /never/)
  },

  'http is allowed for localhost only': async () => {
    for (const host of ['localhost:8000', '127.0.0.1:8000', '[::1]:8000', 'id.localhost'])
      assert.equal(refused({ issuer: `http://${host}` }), undefined)
    for (const host of ['localhost.evil.example', '127.0.0.1.evil.example', '192.168.0.1'])
      assert.ok(refused({ issuer: `http://${host}` }))
  },
}
