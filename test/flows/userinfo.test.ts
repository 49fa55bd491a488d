import { createLocalJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { signingAlgorithms } from '../../src/rules/server/signing-keys.ts'
import { cast, signIn } from '../cast.ts'
import { errorOf } from '../flow.ts'
import { applySchema, issuer, startServer } from '../server.ts'

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

  it('signs ID tokens, and computes at_hash with the matching hash', async () => {
    const world = await cast(undefined, { openid: { ...openid, idTokenAlg: alg } })
    const tokens = await signIn(world)
    await world.rp.verifyIdToken(tokens)
    await world.rp.verifyIdToken(await world.rp.refresh(tokens.refresh_token), '')
  })
})

it('accepts an opaque access token, and at_hash covers it', async () => {
  const policy = { ...defaultClientPolicy, accessTokenFormat: 'opaque' } as const
  const world = await cast(undefined, { policy })
  const tokens = await signIn(world, { scope: 'openid email' })
  const { sub } = await world.rp.verifyIdToken(tokens)
  expect(await world.rp.claims(tokens.access_token)).toMatchObject({ sub, email: world.person.user.email })
})

describe('the access token is sent once', () => {
  const form = (pairs: string[][], headers: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    headers,
    body: new URLSearchParams(pairs),
  })

  it('in the header or in the body, not in both, not twice, and never in the URL', async () => {
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

  it('with any other body, the header counts', async () => {
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

describe('metadata of userinfo, RFC 9728', () => {
  const path = '/.well-known/oauth-protected-resource/o/userinfo'
  const url = issuer + path
  const parameter = (response: Response, name: string) =>
    new RegExp(`, ${name}="([^"]*)"`).exec(response.headers.get('WWW-Authenticate') ?? '')?.[1]

  it('says which server to ask, and for which scopes (§2)', async () => {
    const { server } = await cast()
    expect(await (await server.fetch(path)).json()).toEqual({
      resource: `${issuer}/o/userinfo`,
      authorization_servers: [issuer],
      scopes_supported: ['openid', 'profile', 'email', 'address', 'phone'],
      bearer_methods_supported: ['header', 'body'],
    })
  })

  it('is at the path that OAUTH_PATH sets (§3.1)', async () => {
    const server = startServer({ config: { oauthPath: '/oauth' } })
    const moved = await server.fetch('/.well-known/oauth-protected-resource/oauth/userinfo')
    expect(await moved.json()).toMatchObject({ resource: `${issuer}/oauth/userinfo` })
    expect((await server.fetch(path)).status).toBe(404)
    expect((await server.fetch('/.well-known/oauth-protected-resource')).status).toBe(404)
  })

  it('is named by each challenge (§5.1), and its resource gives a token that is accepted', async () => {
    const world = await cast()
    const { resource } = await (await world.server.fetch(path)).json<{ resource: string }>()
    const tokens = await signIn(world, { resource })
    expect(await world.rp.claims(tokens.access_token)).toHaveProperty('sub')
    const none = await world.rp.userinfo('', { headers: {} })
    const wrong = await world.rp.userinfo('wrong')
    expect([none.status, parameter(none, 'resource_metadata')]).toEqual([401, url])
    expect([wrong.status, parameter(wrong, 'resource_metadata')]).toEqual([401, url])
  })

  it('a token without openid is told what to request (RFC 6750 §3.1)', async () => {
    const world = await cast()
    const lacking = await world.rp.userinfo((await signIn(world, { scope: 'read' })).access_token)
    expect([
      lacking.status,
      ...['error', 'scope', 'resource_metadata'].map((name) => parameter(lacking, name)),
    ]).toEqual([403, 'insufficient_scope', 'openid', url])
  })

  it('other endpoints do not name it', async () => {
    const { server } = await cast()
    const headers = { Authorization: 'Bearer wrong' }
    const body = new URLSearchParams({ token: 'x' })
    const response = await server.fetch('/o/introspect', { method: 'POST', headers, body })
    expect([response.status, parameter(response, 'resource_metadata')]).toEqual([401, undefined])
  })
})
