import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { tokenExchangeGrant } from '../../src/rules/tokens/exchange.ts'
import type { Browser } from '../browser.ts'
import {
  codeRequest,
  errorOf,
  introspect,
  obtainCode,
  postToken,
  refreshRequest,
  revoke,
  type Tokens,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
const orders = 'https://orders.example/api'
const stock = 'https://stock.example/api'
const mail = 'https://mail.example/api'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const idToken = 'urn:ietf:params:oauth:token-type:id_token'
let people = 0
let browser: Browser
let userId: string
/** The application of the person, the API that it calls, and one that this API calls. */
let shop: Registered
let ordersApi: Registered
let stockApi: Registered
let tokens: Tokens

beforeAll(async () => {
  await applySchema()
  const insert = 'INSERT INTO resources (identifier, name, created_at) VALUES (?, ?, 0)'
  for (const identifier of [orders, stock, mail]) await env.DB.prepare(insert).bind(identifier, 'API').run()
  await env.DB.prepare(
    `INSERT INTO scopes (name, description, resource) VALUES ('orders:read', 'See orders', ?)`,
  )
    .bind(orders)
    .run()
})

beforeEach(async () => {
  const person = await addUser(`ada${people++}`)
  userId = person.id
  browser = await server.signedIn(person)
  const policy = { ...defaultClientPolicy, scope: [...defaultClientPolicy.scope, 'orders:read'] }
  shop = await addClient(person, { policy })
  ordersApi = await addClient(person, { name: 'Orders', grantType: 'client-credentials' })
  stockApi = await addClient(person, { name: 'Stock', grantType: 'client-credentials' })
  await env.DB.batch([
    env.DB.prepare('DELETE FROM api_introspectors'),
    env.DB.prepare('DELETE FROM api_exchangers'),
    env.DB.prepare('INSERT INTO api_introspectors VALUES (?, ?), (?, ?)').bind(
      orders,
      ordersApi.client.id,
      stock,
      stockApi.client.id,
    ),
    env.DB.prepare('INSERT INTO api_exchangers VALUES (?, ?), (?, ?)').bind(
      stock,
      ordersApi.client.id,
      mail,
      stockApi.client.id,
    ),
  ])
  const code = await obtainCode(browser, shop, { scope: 'orders:read read write', resource: orders })
  tokens = await tokensOf(await postToken(server, codeRequest(shop, code)))
})

const send = (
  by: Registered,
  subject_token: string,
  changes: Record<string, string | undefined> = {},
): Promise<Response> =>
  postToken(server, {
    grant_type: tokenExchangeGrant,
    client_id: by.client.id,
    client_secret: by.client.type === 'confidential' ? by.secret : undefined,
    subject_token,
    subject_token_type: accessToken,
    ...changes,
  })

interface Exchanged {
  readonly access_token: string
  readonly expires_in: number
  readonly scope: string
}

async function exchange(by: Registered, subject: string, changes: Record<string, string | undefined> = {}) {
  const response = await send(by, subject, changes)
  expect(response.status).toBe(200)
  const answer = await response.json<Exchanged>()
  return { ...answer, claims: claimsOf(answer.access_token) }
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

describe('an application and its own token (RFC 8693)', () => {
  it('gets a narrower one of the same authorization, without a refresh token', async () => {
    const subject = claimsOf(tokens.access_token)
    server.now += 100
    const { claims, ...answer } = await exchange(shop, tokens.access_token, { scope: 'read' })
    expect(answer).toEqual({
      access_token: expect.any(String),
      issued_token_type: accessToken,
      token_type: 'Bearer',
      expires_in: subject.exp - server.now,
      scope: 'read',
    })
    const { aud, sub, client_id, authorization_id, auth_time, acr, exp } = subject
    expect(claims).toEqual({
      ...{ iss: issuer, aud, sub, client_id, authorization_id, auth_time, acr, exp },
      made_of: [subject.jti],
      scope: 'read',
      iat: server.now,
      jti: expect.not.stringMatching(subject.jti),
    })
  })

  it('never gets a broader one, nor one for an API that does not allow it', async () => {
    const { access_token: less } = await exchange(shop, tokens.access_token, { scope: 'read' })
    expect(await errorOf(await send(shop, less, { scope: 'read write' }))).toBe('400 invalid_scope')
    expect(await errorOf(await send(shop, less, { scope: 'email' }))).toBe('400 invalid_scope')
    expect((await exchange(shop, less)).scope).toBe('read')
    for (const resource of [stock, issuer, `${issuer}/o/userinfo`, 'https://unknown.example/'])
      expect(await errorOf(await send(shop, less, { resource }))).toBe('400 invalid_target')
  })

  it('may use the token type jwt for a JWT', async () => {
    const jwt = 'urn:ietf:params:oauth:token-type:jwt'
    const named = { subject_token_type: jwt, requested_token_type: jwt }
    expect(await exchange(shop, tokens.access_token, named)).toMatchObject({ issued_token_type: jwt })
    await env.DB.prepare(`UPDATE clients SET access_token_format = 'opaque' WHERE id = ?`)
      .bind(shop.client.id)
      .run()
    expect(await errorOf(await send(shop, tokens.access_token, named))).toBe('400 invalid_request')
    const opaque = await tokensOf(await send(shop, tokens.access_token, { scope: 'read' }))
    expect(opaque.access_token).toMatch(/^lka_/)
    expect(await introspect(server, shop, opaque.access_token)).toMatchObject({ active: true, scope: 'read' })
    expect((await tokensOf(await send(shop, opaque.access_token))).scope).toBe('read')
  })
})

describe('an API and a token that it received', () => {
  it('gets one for the next API, which names the actor and the user', async () => {
    const { claims } = await exchange(ordersApi, tokens.access_token, { resource: stock })
    expect(claims).toMatchObject({
      aud: stock,
      sub: userId,
      client_id: ordersApi.client.id,
      authorized_client_id: shop.client.id,
      act: { sub: ordersApi.client.id },
      // Scopes of the first API don't exist at the second.
      scope: 'read write',
    })
    const next = await exchange(
      stockApi,
      (await exchange(ordersApi, tokens.access_token, { audience: stock })).access_token,
      {
        resource: mail,
      },
    )
    expect(next.claims).toMatchObject({
      aud: mail,
      client_id: stockApi.client.id,
      authorized_client_id: shop.client.id,
      act: { sub: stockApi.client.id, act: { sub: ordersApi.client.id } },
    })
  })

  it('must be allowed by both APIs, or gets nothing', async () => {
    expect(await errorOf(await send(stockApi, tokens.access_token, { resource: mail }))).toBe(
      '400 invalid_request',
    )
    expect(await errorOf(await send(ordersApi, tokens.access_token, { resource: mail }))).toBe(
      '400 invalid_target',
    )
    // A token for the same API would name another application.
    expect(await errorOf(await send(ordersApi, tokens.access_token))).toBe('400 invalid_target')
    await env.DB.prepare('DELETE FROM api_introspectors').run()
    expect(await errorOf(await send(ordersApi, tokens.access_token, { resource: stock }))).toBe(
      '400 invalid_request',
    )
  })

  it('gets no scope that it may not have itself', async () => {
    const narrow = `UPDATE clients SET scope = 'write' WHERE id = ?`
    await env.DB.prepare(narrow).bind(ordersApi.client.id).run()
    expect((await exchange(ordersApi, tokens.access_token, { resource: stock })).scope).toBe('write')
    expect(
      await errorOf(await send(ordersApi, tokens.access_token, { resource: stock, scope: 'read' })),
    ).toBe('400 invalid_scope')
  })

  it('gets no scope that was deleted since, or that belongs to another API now', async () => {
    await env.DB.prepare(`DELETE FROM scopes WHERE name = 'write'`).run()
    expect((await exchange(ordersApi, tokens.access_token, { resource: stock })).scope).toBe('read')
    expect((await exchange(shop, tokens.access_token)).scope).toBe('orders:read read')
    await env.DB.prepare(`INSERT INTO scopes (name, description, resource) VALUES ('write', 'Write', ?)`)
      .bind(mail)
      .run()
    expect((await exchange(ordersApi, tokens.access_token, { resource: stock })).scope).toBe('read')
    await env.DB.prepare(`UPDATE scopes SET resource = NULL WHERE name = 'write'`).run()
  })

  it("can't build a chain longer than five", async () => {
    await env.DB.prepare('INSERT INTO api_introspectors VALUES (?, ?)').bind(mail, ordersApi.client.id).run()
    await env.DB.prepare('INSERT INTO api_exchangers VALUES (?, ?)').bind(mail, ordersApi.client.id).run()
    await env.DB.prepare('INSERT INTO api_introspectors VALUES (?, ?)').bind(mail, stockApi.client.id).run()
    let { access_token } = await exchange(ordersApi, tokens.access_token, { resource: stock })
    for (const by of [stockApi, ordersApi, stockApi, ordersApi])
      access_token = (await exchange(by, access_token, { resource: mail })).access_token
    expect(await errorOf(await send(stockApi, access_token, { resource: mail }))).toBe('400 invalid_request')
  })
})

describe('an exchanged token ends', () => {
  const exchanged = async () =>
    (await exchange(ordersApi, tokens.access_token, { resource: stock })).access_token
  const isOwnActive = async (token: string) => (await introspect(server, shop, token)).active
  const isActive = async (token: string) => (await introspect(server, stockApi, token)).active

  it.each<readonly [string, () => Promise<unknown>]>([
    ['with its authorization', () => revoke(server, shop, tokens.refresh_token)],
    ['with the application that was authorized', () => suspend(shop)],
    ['with the application that received it', () => suspend(ordersApi)],
    [
      'with the person',
      () => env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(userId).run(),
    ],
    ['when its application revokes it', async () => revoke(server, ordersApi, last)],
    [
      'with the consent',
      async () => (await browser.get(`/account/applications/${shop.client.id}/remove`)).submit({}),
    ],
  ])('%s', async (_, end) => {
    last = await exchanged()
    expect(await isActive(last)).toBe(true)
    await end()
    expect(await isActive(last)).toBe(false)
  })

  it('when any token in its chain is revoked, by any party and at any time', async () => {
    const first = await exchanged()
    const { access_token: second } = await exchange(stockApi, first, { resource: mail })
    const { access_token: own } = await exchange(shop, tokens.access_token, { scope: 'read' })
    const states = () => Promise.all([isActive(first), isActive(second), isOwnActive(own)])
    expect(await states()).toEqual([true, true, true])
    await revoke(server, ordersApi, first)
    expect(await states()).toEqual([false, false, true])
    await revoke(server, shop, tokens.access_token)
    expect(await states()).toEqual([false, false, false])
  })

  it('also when it was issued at the moment of the revocation', async () => {
    const made = Array.from({ length: 20 }, () => send(ordersApi, tokens.access_token, { resource: stock }))
    made.splice(10, 0, revoke(server, shop, tokens.access_token))
    const answers = await Promise.all((await Promise.all(made)).map((answer) => answer.text()))
    const issued = answers.flatMap((answer) => (answer === '' ? [] : [JSON.parse(answer).access_token ?? '']))
    expect(issued).toHaveLength(20)
    expect(await Promise.all(issued.map(isActive))).toEqual(issued.map(() => false))
  })

  it('and has at most ten others in its chain', async () => {
    last = tokens.access_token
    for (let i = 0; i < 10; i++) last = (await exchange(shop, last)).access_token
    expect(await errorOf(await send(shop, last))).toBe('400 invalid_request')
  })

  it('with the scopes that the authorized application may no longer have', async () => {
    last = await exchanged()
    await env.DB.prepare(`UPDATE clients SET scope = 'read orders:read' WHERE id = ?`)
      .bind(shop.client.id)
      .run()
    expect(await introspect(server, stockApi, last)).toMatchObject({ active: true, scope: 'read' })
    await env.DB.prepare('INSERT INTO api_introspectors VALUES (?, ?)').bind(mail, ordersApi.client.id).run()
    expect((await exchange(stockApi, last, { resource: mail })).scope).toBe('read')
  })

  it('when the API no longer allows its application to get tokens', async () => {
    await env.DB.prepare('INSERT INTO api_exchangers VALUES (?, ?)').bind(stock, shop.client.id).run()
    const { access_token: own } = await exchange(shop, tokens.access_token, { resource: stock })
    const { access_token: less } = await exchange(shop, own, { scope: 'read' })
    const all = [await exchanged(), own, less]
    expect(await Promise.all(all.map(isActive))).toEqual([true, true, true])
    await env.DB.prepare('DELETE FROM api_exchangers WHERE resource = ?').bind(stock).run()
    expect(await Promise.all(all.map(isActive))).toEqual([false, false, false])
  })

  it('with each application in its chain, and has no more scopes than they may have', async () => {
    const { access_token } = await exchange(stockApi, await exchanged(), { resource: mail })
    const state = () => introspect(server, stockApi, access_token)
    expect(await state()).toMatchObject({ active: true, scope: 'read write' })
    await env.DB.prepare(`UPDATE clients SET scope = 'read' WHERE id = ?`).bind(ordersApi.client.id).run()
    expect(await state()).toMatchObject({ active: true, scope: 'read' })
    await suspend(ordersApi)
    expect(await state()).toEqual({ active: false })
  })

  it('no later than its subject token', async () => {
    const { exp } = claimsOf(tokens.access_token)
    server.now = exp - 10
    const { access_token, expires_in } = await exchange(ordersApi, tokens.access_token, { resource: stock })
    expect([expires_in, claimsOf(access_token).exp]).toEqual([10, exp])
    server.now = exp
    expect(await isActive(access_token)).toBe(false)
  })

  let last = ''
  const suspend = ({ client }: Registered) =>
    env.DB.prepare('UPDATE clients SET suspended_at = 1 WHERE id = ?').bind(client.id).run()
})

describe('an ID token', () => {
  const scope = 'openid orders:read read'
  const signIn = async (by: Registered, changes: Record<string, string> = {}) => {
    const code = await obtainCode(browser, by, { scope, resource: orders, ...changes })
    return (await postToken(server, codeRequest(by, code))).json<Tokens & { readonly id_token: string }>()
  }
  const ofIdToken = { subject_token_type: idToken }

  it('represents its authorization: its client gets a token for the granted scope', async () => {
    const { id_token } = await signIn(shop)
    const said = claimsOf(id_token)
    const { claims, ...answer } = await exchange(shop, id_token, ofIdToken)
    expect(answer).toMatchObject({ issued_token_type: accessToken, scope })
    expect(claims).toMatchObject({
      aud: orders,
      sub: userId,
      client_id: shop.client.id,
      auth_time: said.auth_time,
    })
    expect(claims.authorization_id).toBe(said.authorization_id)
    expect(claims.exp).toBeLessThanOrEqual(said.exp)
    expect((await exchange(shop, id_token, { ...ofIdToken, resource: issuer })).claims.aud).toBe(issuer)
    expect((await exchange(shop, id_token, { ...ofIdToken, scope: 'read' })).scope).toBe('read')
  })

  it("keeps the person's subject in its sector", async () => {
    await env.DB.prepare(
      `UPDATE clients SET openid = json_set(openid, '$.subject_type', 'pairwise') WHERE id = ?`,
    )
      .bind(shop.client.id)
      .run()
    const { id_token } = await signIn(shop)
    const { claims } = await exchange(shop, id_token, ofIdToken)
    expect(claims.sub).toBe(claimsOf(id_token).sub)
    expect(claims.sub).not.toBe(userId)
  })

  it('works for no other client, for no other API, and for no more than was allowed', async () => {
    const { id_token } = await signIn(shop)
    expect(await errorOf(await send(ordersApi, id_token, { ...ofIdToken, resource: stock }))).toBe(
      '400 invalid_request',
    )
    expect(await errorOf(await send(shop, id_token, { ...ofIdToken, resource: stock }))).toBe(
      '400 invalid_target',
    )
    expect(await errorOf(await send(shop, id_token, { ...ofIdToken, scope: 'write' }))).toBe(
      '400 invalid_scope',
    )
    for (const type of [accessToken, 'urn:ietf:params:oauth:token-type:jwt'])
      expect(await errorOf(await send(shop, id_token, { subject_token_type: type }))).toBe(
        '400 invalid_request',
      )
  })

  it.each<readonly [string, (tokens: Tokens) => Promise<unknown>]>([
    ['its authorization', (signedIn) => revoke(server, shop, signedIn.refresh_token)],
    ['the person', () => env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(userId).run()],
    ['everything', () => env.DB.prepare('INSERT INTO endings (at) VALUES (?)').bind(server.now).run()],
  ])('ends with %s', async (_, end) => {
    const signedIn = await signIn(shop)
    const { access_token } = await exchange(shop, signedIn.id_token, ofIdToken)
    await end(signedIn)
    expect(await errorOf(await send(shop, signedIn.id_token, ofIdToken))).toBe('400 invalid_request')
    expect(await introspect(server, shop, access_token)).toEqual({ active: false })
    await env.DB.prepare('DELETE FROM endings').run()
  })

  it('ends when it expires', async () => {
    const { id_token } = await signIn(shop)
    server.now = claimsOf(id_token).exp
    expect(await errorOf(await send(shop, id_token, ofIdToken))).toBe('400 invalid_request')
  })
})

describe('an actor_token', () => {
  const ofItself = async (by: Registered) => {
    const answer = await postToken(server, {
      grant_type: 'client_credentials',
      client_id: by.client.id,
      client_secret: by.secret,
      scope: 'read',
    })
    return (await tokensOf(answer)).access_token
  }
  const acting = (actor_token: string) => ({ resource: stock, actor_token, actor_token_type: accessToken })

  it('belongs to the client itself, which is the actor from then on, until that token is revoked', async () => {
    const actor = await ofItself(ordersApi)
    const { access_token, claims } = await exchange(ordersApi, tokens.access_token, acting(actor))
    expect(claims).toMatchObject({ sub: userId, act: { sub: ordersApi.client.id } })
    expect(claims.made_of).toEqual([claimsOf(tokens.access_token).jti, claimsOf(actor).jti])
    await revoke(server, ordersApi, actor)
    expect(await introspect(server, stockApi, access_token)).toEqual({ active: false })
    expect(await errorOf(await send(ordersApi, tokens.access_token, acting(actor)))).toBe(
      '400 invalid_request',
    )
  })

  it('must not belong to another client, nor to a person', async () => {
    for (const actor of [await ofItself(stockApi), tokens.access_token])
      expect(await errorOf(await send(ordersApi, tokens.access_token, acting(actor)))).toBe(
        '400 invalid_request',
      )
  })
})

describe('refusals', () => {
  it.each<readonly [string, Record<string, string | undefined>, string]>([
    ['no subject_token', { subject_token: undefined }, 'invalid_request'],
    ['an invalid one', { subject_token: 'made-up' }, 'invalid_request'],
    ['no type', { subject_token_type: undefined }, 'invalid_request'],
    ['an access token with the type of an ID token', { subject_token_type: idToken }, 'invalid_request'],
    ['an unknown type', { subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
    ['an invalid actor', { actor_token: 'x', actor_token_type: accessToken }, 'invalid_request'],
    ['an actor without a type', { actor_token: 'x' }, 'invalid_request'],
    ['the type of an actor without the actor', { actor_token_type: accessToken }, 'invalid_request'],
    [
      'a refresh token in return',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      'invalid_request',
    ],
    ['an unknown scope', { scope: 'made:up' }, 'invalid_scope'],
  ])('%s', async (_, changes, error) => {
    expect(await errorOf(await send(shop, tokens.access_token, changes))).toBe(`400 ${error}`)
  })

  it('a revoked or expired token, and a refresh token', async () => {
    expect(await errorOf(await send(shop, tokens.refresh_token))).toBe('400 invalid_request')
    await revoke(server, shop, tokens.access_token)
    expect(await errorOf(await send(shop, tokens.access_token))).toBe('400 invalid_request')
    const fresh = await tokensOf(await postToken(server, refreshRequest(shop, tokens.refresh_token)))
    server.now = claimsOf(fresh.access_token).exp
    expect(await errorOf(await send(shop, fresh.access_token))).toBe('400 invalid_request')
  })

  it('a token without a user', async () => {
    const answer = await postToken(server, {
      grant_type: 'client_credentials',
      client_id: ordersApi.client.id,
      client_secret: ordersApi.secret,
      scope: 'read',
    })
    expect(await errorOf(await send(ordersApi, (await tokensOf(answer)).access_token))).toBe(
      '400 invalid_request',
    )
  })

  it('a public application, and one with a wrong secret', async () => {
    const open = await addClient(await addUser(`open${people}`), { type: 'public' })
    expect(await errorOf(await send(open, tokens.access_token))).toBe('400 unauthorized_client')
    expect(await errorOf(await send({ ...shop, secret: 'wrong' }, tokens.access_token))).toBe(
      '401 invalid_client',
    )
  })
})

it('is in the metadata', async () => {
  const metadata = await (await server.fetch('/.well-known/oauth-authorization-server')).json()
  expect(metadata).toMatchObject({ grant_types_supported: expect.arrayContaining([tokenExchangeGrant]) })
})
