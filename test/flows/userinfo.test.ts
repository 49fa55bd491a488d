import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { cast, signIn } from '../cast.ts'
import { errorOf } from '../flow.ts'
import { applySchema, issuer } from '../server.ts'

beforeAll(applySchema)

const openid = { ...defaultClientOpenid, pkceOptional: true }

describe.each(signingAlgorithms)('%s', (alg) => {
  it('signs the answer of userinfo, where the application registered it', async () => {
    const world = await cast(undefined, { openid: { ...openid, userinfoAlg: alg } })
    const tokens = await signIn(world, { scope: 'openid email' })
    const response = await world.rp.userinfo(tokens.access_token)
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'application/jwt'])
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    const keys = createLocalJWKSet(await (await world.server.fetch('/.well-known/jwks.json')).json())
    const jwt = Buffer.from(await response.arrayBuffer()).toString()
    const { payload, protectedHeader } = await jwtVerify(jwt, keys, {
      issuer,
      audience: world.rp.registered.client.id,
      algorithms: [alg],
      currentDate: new Date(world.server.now * 1000),
    })
    expect(protectedHeader.kid).toBeTypeOf('string')
    const { id: sub, email } = world.person.user
    expect(payload).toMatchObject({ sub, email, email_verified: true, iat: world.server.now })
  })

  it('signs ID tokens, whose at_hash is made with its hash', async () => {
    const world = await cast(undefined, { openid: { ...openid, idTokenAlg: alg } })
    const tokens = await signIn(world)
    await world.rp.verifyIdToken(tokens)
    await world.rp.verifyIdToken(await world.rp.refresh(tokens.refresh_token), '')
  })
})

it('an opaque access token is as good, and at_hash is of it', async () => {
  const policy = { ...defaultClientPolicy, accessTokenFormat: 'opaque' } as const
  const world = await cast(undefined, { policy })
  const tokens = await signIn(world, { scope: 'openid email' })
  const { sub } = await world.rp.verifyIdToken(tokens)
  expect(await world.rp.claims(tokens.access_token)).toMatchObject({ sub, email: world.person.user.email })
})

describe('the access token comes once', () => {
  const form = (pairs: string[][], headers: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    headers,
    body: new URLSearchParams(pairs),
  })

  it('in the header, in the body, but not in both, not twice, and never in the URL', async () => {
    const world = await cast()
    const { access_token: token } = await signIn(world)
    const bearer = { Authorization: `Bearer ${token}` }
    const post = (init: RequestInit) => world.rp.userinfo('', init)
    expect((await post(form([['access_token', token]]))).status).toBe(200)
    expect((await post(form([['x', 'y']], bearer))).status).toBe(200)
    expect(await errorOf(await post(form([['access_token', token]], bearer)))).toBe('400 invalid_request')
    const twice = form([
      ['access_token', token],
      ['access_token', token],
    ])
    expect(await errorOf(await post(twice))).toBe('400 invalid_request')
    expect((await world.server.fetch(`/o/userinfo?access_token=${token}`)).status).toBe(401)
  })

  it('whatever else the body is, the header counts', async () => {
    const world = await cast()
    const { access_token: token } = await signIn(world)
    const headers = { Authorization: `bearer ${token}`, 'Content-Type': 'application/json' }
    expect((await world.rp.userinfo('', { method: 'POST', headers, body: '{}' })).status).toBe(200)
  })
})

it('only GET and POST are answered', async () => {
  const { server } = await cast()
  const response = await server.fetch('/o/userinfo', { method: 'PUT' })
  expect([response.status, response.headers.get('Allow')]).toEqual([405, 'GET, POST'])
})
