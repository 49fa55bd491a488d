import { env } from 'cloudflare:workers'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import {
  identityAssertionTyp,
  identityAssertionType,
  jwtBearerGrant,
} from '../../src/rules/tokens/assertion.ts'
import { tokenExchangeGrant } from '../../src/rules/tokens/exchange.ts'
import type { Browser } from '../browser.ts'
import { codeRequest, errorOf, introspect, obtainCode, postToken, revoke } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'
import { addSigner } from '../signer.ts'

const server = startServer()
const acme = 'https://acme.example'
const stock = 'https://stock.example/api'
const jwtType = 'urn:ietf:params:oauth:token-type:jwt'
const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'
const keys = await generateKeyPair('ES256', { extractable: true })
const others = await generateKeyPair('ES256', { extractable: true })
let people = 0
let userId: string
let browser: Browser
/** The application that Acme may vouch to. */
let shop: Registered
let fetched: string[]

beforeAll(async () => {
  await applySchema()
  await env.DB.prepare(`INSERT INTO resources (identifier, name, created_at) VALUES (?, 'Stock', 0)`)
    .bind(stock)
    .run()
})

beforeEach(async () => {
  const person = await addUser(`ada${people++}`)
  userId = person.id
  browser = await server.signedIn(person)
  shop = await addClient(person)
  await env.DB.batch([
    env.DB.prepare('DELETE FROM other_servers'),
    env.DB.prepare('DELETE FROM api_exchangers'),
    env.DB.prepare('INSERT INTO api_exchangers VALUES (?, ?)').bind(stock, shop.client.id),
    env.DB.prepare('INSERT INTO api_introspectors VALUES (?, ?)').bind(stock, shop.client.id),
    env.DB.prepare(
      `INSERT INTO other_servers VALUES (?, 'Acme', 'https://acme.example/jwks', 'https://api.shop', 'id', 'sub', 'chat:read', 0)`,
    ).bind(acme),
    env.DB.prepare('INSERT INTO other_server_clients VALUES (?, ?)').bind(acme, shop.client.id),
    env.DB.prepare('INSERT INTO assertion_clients VALUES (?, ?, ?)').bind(
      acme,
      shop.client.id,
      'shop-at-acme',
    ),
  ])
  fetched = []
  const key = { ...(await exportJWK(keys.publicKey)), kid: 'a', alg: 'ES256' }
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    fetched.push(input instanceof Request ? input.url : String(input))
    return Response.json({ keys: [key] })
  })
})
afterEach(() => vi.restoreAllMocks())

type Claims = Record<string, unknown>
let jti = 0

/** A JWT signed by Acme; an undefined claim is left out. */
function signed(claims: Claims, typ: string | undefined = 'JWT', key = keys.privateKey): Promise<string> {
  const all = { iss: acme, sub: userId, exp: server.now + 300, iat: server.now, jti: `j${jti++}`, ...claims }
  return new SignJWT(JSON.parse(JSON.stringify(all)))
    .setProtectedHeader({ alg: 'ES256', kid: 'a', ...(typ === undefined ? {} : { typ }) })
    .sign(key)
}

type Changes = Record<string, string | undefined>
const authenticated = ({ client, secret }: Registered) => ({
  client_id: client.id,
  client_secret: client.type === 'confidential' ? secret : undefined,
})
const exchange = (subject_token: string, changes: Changes = {}, by = shop) =>
  postToken(server, {
    grant_type: tokenExchangeGrant,
    ...authenticated(by),
    subject_token,
    subject_token_type: jwtType,
    resource: stock,
    scope: 'read',
    ...changes,
  })
const redeem = (assertion: string, changes: Changes = {}, by = shop, at = server) =>
  postToken(at, { grant_type: jwtBearerGrant, ...authenticated(by), assertion, ...changes })
const ofApi = { aud: 'https://api.shop' }
const forUs = { aud: issuer }
const claimsOf = (token: string): Claims =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
async function issuedBy(answer: Promise<Response>): Promise<string> {
  const response = await answer
  const body = await response.json<{ access_token: string }>()
  if (response.status !== 200) throw new Error(JSON.stringify(body))
  return body.access_token
}
const set = (column: string, value: string | null) =>
  env.DB.prepare(`UPDATE other_servers SET ${column} = ?`).bind(value).run()

describe('a token of another server is exchanged (RFC 8693)', () => {
  it('for one for an API, with the person here, that expires no later', async () => {
    const response = await exchange(await signed({ ...ofApi, exp: server.now + 100, auth_time: 5 }))
    const answer = await response.json<Claims & { access_token: string }>()
    expect(answer).toMatchObject({
      issued_token_type: jwtType.replace('jwt', 'access_token'),
      token_type: 'Bearer',
    })
    expect(answer).not.toHaveProperty('refresh_token')
    expect(claimsOf(answer.access_token)).toMatchObject({
      iss: issuer,
      aud: stock,
      sub: userId,
      client_id: shop.client.id,
      scope: 'read',
      auth_time: 5,
    })
    expect(claimsOf(answer.access_token).exp).toBeLessThanOrEqual(server.now + 110)
    expect(await introspect(server, shop, answer.access_token)).toMatchObject({ active: true })
    expect(fetched).toEqual(['https://acme.example/jwks'])
  })

  it('keeps the time of a sign-in in this second, by a clock that is ahead', async () => {
    const response = await exchange(await signed({ ...ofApi, auth_time: server.now + 2 }))
    const { access_token } = await response.json<{ access_token: string }>()
    expect(claimsOf(access_token).auth_time).toBe(server.now)
  })

  it('also one with openid, or an access token, and more than once', async () => {
    const token = await signed(ofApi, 'at+jwt')
    for (const type of [idTokenType, jwtType, 'urn:ietf:params:oauth:token-type:access_token'])
      expect((await exchange(token, { subject_token_type: type })).status).toBe(200)
  })

  it.each<readonly [string, () => Promise<string>]>([
    ['signed with a foreign key', () => signed(ofApi, 'JWT', others.privateKey)],
    ['for another audience', () => signed({ aud: 'https://else.example' })],
    ['for a list of audiences', () => signed({ aud: ['https://api.shop', 'https://else.example'] })],
    ['that has expired', () => signed({ ...ofApi, exp: server.now - 11 })],
    ['without an expiry', () => signed({ ...ofApi, exp: undefined })],
    ['from the future', () => signed({ ...ofApi, iat: server.now + 120 })],
    ['for an unknown person', () => signed({ ...ofApi, sub: 'nobody' })],
    ['without a person', () => signed({ ...ofApi, sub: undefined })],
    ['of another kind', () => signed(ofApi, 'logout+jwt')],
    ['that is an identity assertion', () => signed(ofApi, identityAssertionTyp)],
    ['of an unregistered issuer', () => signed({ ...ofApi, iss: 'https://evil.example' })],
    ['without a signature', async () => (await signed(ofApi)).replace(/[^.]*$/, '')],
    [
      'with alg none',
      async () =>
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await signed(ofApi)).split('.')[1]}.`,
    ],
  ])('not one %s', async (_, make) => {
    expect(await errorOf(await exchange(await make()))).toBe('400 invalid_request')
  })

  it('not by an application that it is not for, and nothing is fetched', async () => {
    const other = await addClient(await addUser(`other${people++}`))
    expect(await errorOf(await exchange(await signed(ofApi), {}, other))).toBe('400 invalid_request')
    await set('jwks_uri', null)
    expect(await errorOf(await exchange(await signed(ofApi)))).toBe('400 invalid_request')
    expect(fetched).toEqual([])
  })

  it('not for an API that does not name the application, and not without an API', async () => {
    expect(await errorOf(await exchange(await signed(ofApi), { resource: undefined }))).toBe(
      '400 invalid_target',
    )
    await env.DB.prepare('DELETE FROM api_exchangers').run()
    expect(await errorOf(await exchange(await signed(ofApi)))).toBe('400 invalid_target')
  })

  it('not where two factors are required: this server has not seen them', async () => {
    const strict = await addClient(await addUser(`strict${people++}`), {
      openid: { ...defaultClientOpenid, needsTwoFactors: true },
    })
    await env.DB.batch([
      env.DB.prepare('INSERT INTO other_server_clients VALUES (?, ?)').bind(acme, strict.client.id),
      env.DB.prepare('INSERT INTO api_exchangers VALUES (?, ?)').bind(stock, strict.client.id),
    ])
    expect(await errorOf(await exchange(await signed(ofApi), {}, strict))).toBe('400 unauthorized_client')
  })

  it('the person is found by a name, or by an address that both sides have verified', async () => {
    await set('user_field', 'username')
    await set('user_claim', 'preferred_username')
    const named = await signed({ ...ofApi, sub: 'x', preferred_username: `ADA${people - 1}` })
    expect(claimsOf(await issuedBy(exchange(named))).sub).toBe(userId)
    await set('user_field', 'email')
    await set('user_claim', 'email')
    await env.DB.prepare('UPDATE users SET email = ?, email_verified_at = 1 WHERE id = ?')
      .bind(`ada${people}@shop.example`, userId)
      .run()
    const mail = { ...ofApi, sub: 'x', email: `Ada${people}@shop.example` }
    const verified = { ...mail, email_verified: true }
    expect(claimsOf(await issuedBy(exchange(await signed(verified)))).sub).toBe(userId)
    for (const claims of [mail, { ...mail, email_verified: false }])
      expect(await errorOf(await exchange(await signed(claims)))).toBe('400 invalid_request')
    await env.DB.prepare('UPDATE users SET email_verified_at = NULL WHERE id = ?').bind(userId).run()
    expect(await errorOf(await exchange(await signed(verified)))).toBe('400 invalid_request')
  })
})

describe('an authorization based on another server', () => {
  const isActive = async (token: string) => (await introspect(server, shop, token)).active

  it('is recorded once, is listed among the connected applications, and ends with the connection', async () => {
    const token = await issuedBy(exchange(await signed(ofApi)))
    await issuedBy(exchange(await signed(ofApi)))
    const { results } = await env.DB.prepare(
      `SELECT detail, client_id FROM audit_events WHERE type = 'access_vouched' AND user_id = ?`,
    )
      .bind(userId)
      .all()
    expect(results).toEqual([{ detail: acme, client_id: shop.client.id }])
    expect((await browser.get('/account/applications')).text).toContain(shop.client.name)
    await (await browser.get(`/account/applications/${shop.client.id}/remove`)).submit({})
    expect(await isActive(token)).toBe(false)
  })

  it.each<readonly [string, (token: string) => Promise<unknown>]>([
    ['the person', () => env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE id = ?').bind(userId).run()],
    [
      'the application',
      () => env.DB.prepare('UPDATE clients SET suspended_at = 1 WHERE id = ?').bind(shop.client.id).run(),
    ],
    ['the API', () => env.DB.prepare('DELETE FROM api_exchangers').run()],
    ['the token', (token) => revoke(server, shop, token)],
  ])('ends with %s', async (_, end) => {
    const asked = await addClient(await addUser(`api${people++}`))
    await env.DB.prepare('INSERT INTO api_introspectors VALUES (?, ?)').bind(stock, asked.client.id).run()
    const token = await issuedBy(exchange(await signed(ofApi)))
    expect(await introspect(server, asked, token)).toMatchObject({ active: true })
    await end(token)
    expect(await introspect(server, asked, token)).toEqual({ active: false })
  })
})

describe('a JWT as a grant (RFC 7523 §2.1)', () => {
  it('gets an access token, no refresh token and no ID token, for what the application may have', async () => {
    const response = await redeem(await signed(forUs), { scope: 'openid read made:up' })
    const answer = await response.json<Claims & { access_token: string }>()
    expect(Object.keys(answer).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
    expect(answer.scope).toBe('openid read')
    const me = await server.fetch('/o/userinfo', {
      headers: { Authorization: `Bearer ${answer.access_token}` },
    })
    expect(await me.json()).toMatchObject({ sub: userId })
    expect((await redeem(await signed({ aud: `${issuer}/o/token` }))).status).toBe(200)
  })

  it('works once, even for many simultaneous requests', async () => {
    const assertion = await signed(forUs)
    const answers = await Promise.all(Array.from({ length: 30 }, () => redeem(assertion)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await errorOf(await redeem(assertion))).toBe('400 invalid_grant')
    // Also after the server was deleted and registered again.
    await env.DB.batch([
      env.DB.prepare('DELETE FROM other_servers'),
      env.DB.prepare(
        `INSERT INTO other_servers VALUES (?, 'Acme', 'https://acme.example/jwks', NULL, 'id', 'sub', '', 0)`,
      ).bind(acme),
      env.DB.prepare('INSERT INTO other_server_clients VALUES (?, ?)').bind(acme, shop.client.id),
    ])
    expect(await errorOf(await redeem(assertion))).toBe('400 invalid_grant')
  })

  it.each<readonly [string, Claims]>([
    ['for another server', { aud: 'https://api.shop' }],
    ['without a jti', { aud: issuer, jti: undefined }],
    ['with a lifetime of hours', { aud: issuer, exp: 2_000_000_000_000 }],
  ])('not one %s', async (_, claims) => {
    expect(await errorOf(await redeem(await signed(claims)))).toBe('400 invalid_grant')
  })

  it('not one of our own, even if our issuer is registered', async () => {
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO other_servers VALUES (?, 'We', 'https://acme.example/jwks', NULL, 'id', 'sub', '', 0)`,
      ).bind(issuer),
      env.DB.prepare('INSERT INTO other_server_clients VALUES (?, ?)').bind(issuer, shop.client.id),
    ])
    const assertion = await signed({ aud: issuer, iss: issuer })
    expect(await errorOf(await redeem(assertion))).toBe('400 invalid_grant')
    expect(await errorOf(await exchange(assertion))).toBe('400 invalid_request')
  })

  it('not for a public application, nor without the assertion', async () => {
    const open = await addClient(await addUser(`open${people++}`), { type: 'public' })
    expect(await errorOf(await redeem(await signed(forUs), {}, open))).toBe('400 unauthorized_client')
    expect(await errorOf(await redeem('', {}))).toBe('400 invalid_request')
  })

  it('an invalid request uses up nothing', async () => {
    const assertion = await signed(forUs)
    expect(await errorOf(await redeem(assertion, { scope: 'made:up' }))).toBe('400 invalid_scope')
    expect(await errorOf(await redeem(assertion, { resource: 'https://unknown.example/' }))).toBe(
      '400 invalid_target',
    )
    expect((await redeem(assertion)).status).toBe(200)
  })
})

describe('an identity assertion (draft-ietf-oauth-identity-assertion-authz-grant)', () => {
  const said = () => ({ ...forUs, client_id: shop.client.id, scope: 'read', resource: stock })

  it('of another server gives what it names, and no more', async () => {
    const token = await issuedBy(redeem(await signed(said(), identityAssertionTyp)))
    expect(claimsOf(token)).toMatchObject({ aud: stock, scope: 'read', sub: userId })
    expect(
      await errorOf(await redeem(await signed(said(), identityAssertionTyp), { scope: 'read write' })),
    ).toBe('400 invalid_scope')
    expect(
      await errorOf(await redeem(await signed(said(), identityAssertionTyp), { resource: issuer })),
    ).toBe('400 invalid_target')
  })

  it.each<readonly [string, () => Claims]>([
    ['another client', () => ({ client_id: 'another' })],
    ['no client', () => ({ client_id: undefined })],
    ['the token endpoint', () => ({ aud: `${issuer}/o/token` })],
  ])('not one for %s', async (_, changes) => {
    const assertion = await signed({ ...said(), ...changes() }, `application/${identityAssertionTyp}`)
    expect(await errorOf(await redeem(assertion))).toBe('400 invalid_grant')
  })

  const idTokenOf = async (by: Registered) => {
    const code = await obtainCode(browser, by, { scope: 'openid read' })
    return (await postToken(server, codeRequest(by, code))).json<{ id_token: string; access_token: string }>()
  }
  const ask = (subject_token: string, changes: Changes = {}, by = shop) =>
    exchange(
      subject_token,
      {
        subject_token_type: idTokenType,
        requested_token_type: identityAssertionType,
        audience: acme,
        resource: 'https://chat.acme.example/',
        scope: 'chat:read chat:write',
        ...changes,
      },
      by,
    )

  it('for another server is issued for an ID token, with the client_id known there', async () => {
    const { id_token } = await idTokenOf(shop)
    const response = await ask(id_token)
    const { access_token, ...answer } = await response.json<Claims & { access_token: string }>()
    expect(answer).toEqual({
      issued_token_type: identityAssertionType,
      token_type: 'N_A',
      expires_in: 300,
      scope: 'chat:read',
    })
    expect(JSON.parse(Buffer.from(access_token.split('.')[0] ?? '', 'base64url').toString())).toMatchObject({
      typ: 'oauth-id-jag+jwt',
      alg: 'RS256',
    })
    const { auth_time, acr, amr } = claimsOf(id_token)
    expect(claimsOf(access_token)).toEqual({
      ...{ iss: issuer, sub: userId, aud: acme, client_id: 'shop-at-acme' },
      ...{ iat: server.now, exp: server.now + 300, jti: expect.any(String), auth_time, acr, amr },
      ...{ scope: 'chat:read', resource: 'https://chat.acme.example/' },
    })
    // It is not a token of ours: neither here nor at an API.
    expect(await introspect(server, shop, access_token)).toEqual({ active: false })
    expect(await errorOf(await exchange(access_token))).toBe('400 invalid_request')
    expect(await errorOf(await redeem(access_token))).toBe('400 invalid_grant')
  })

  it("only where an administrator allows it, for the application's own ID token, while the authorization is valid", async () => {
    const { id_token, access_token } = await idTokenOf(shop)
    for (const [changes, error] of [
      [{ audience: 'https://unknown.example' }, 'invalid_target'],
      [{ audience: issuer }, 'invalid_target'],
      [{ audience: undefined }, 'invalid_request'],
      [{ scope: 'chat:write' }, 'invalid_scope'],
      [{ subject_token: access_token }, 'invalid_request'],
      [{ subject_token_type: jwtType }, 'invalid_request'],
      [{ actor_token: access_token, actor_token_type: jwtType }, 'invalid_request'],
    ] as const)
      expect(await errorOf(await ask(id_token, changes))).toBe(`400 ${error}`)
    const other = await addClient(await addUser(`other${people++}`))
    expect(await errorOf(await ask(id_token, {}, other))).toBe('400 invalid_request')
    await env.DB.prepare('UPDATE authorizations SET ended_at = 1 WHERE client_id = ?')
      .bind(shop.client.id)
      .run()
    expect(await errorOf(await ask(id_token))).toBe('400 invalid_request')
  })

  it('not for an application that can’t follow its profile (FAPI 2.0 §5.4.1)', async () => {
    const bank = await addSigner(await addUser(`bank${people++}`), () => server.now)
    const { client } = bank.registered
    await env.DB.prepare('INSERT INTO assertion_clients VALUES (?, ?, ?)').bind(acme, client.id, 'bank').run()
    const code = await obtainCode(browser, bank.registered, { scope: 'openid' })
    const redeemed = { ...codeRequest(bank.registered, code), client_secret: undefined }
    const { id_token } = await (await postToken(server, { ...redeemed, ...(await bank.assert()) })).json<{
      id_token: string
    }>()
    const exchanged = async () =>
      postToken(server, {
        grant_type: tokenExchangeGrant,
        subject_token: id_token,
        subject_token_type: idTokenType,
        requested_token_type: identityAssertionType,
        audience: acme,
        ...(await bank.assert()),
      })
    expect((await exchanged()).status).toBe(200)
    await env.DB.prepare(`UPDATE clients SET openid = json_set(openid, '$.profile', 'fapi-2.0') WHERE id = ?`)
      .bind(client.id)
      .run()
    expect(await errorOf(await exchanged())).toBe('400 unauthorized_client')
  })

  it('works from one server of this kind to another', async () => {
    const there = startServer({ config: { issuer: 'https://there.example' } })
    const { id_token } = await idTokenOf(shop)
    await env.DB.batch([
      env.DB.prepare(
        `INSERT INTO other_servers VALUES (?, 'Here', ?, NULL, 'id', 'sub', '', 0), (?, 'There', NULL, NULL, 'id', 'sub', 'read', 0)`,
      ).bind(issuer, `${issuer}/.well-known/jwks.json`, 'https://there.example'),
      env.DB.prepare('INSERT INTO other_server_clients VALUES (?, ?)').bind(issuer, shop.client.id),
      env.DB.prepare('INSERT INTO assertion_clients VALUES (?, ?, ?)').bind(
        'https://there.example',
        shop.client.id,
        shop.client.id,
      ),
    ])
    const assertion = await issuedBy(
      ask(id_token, { audience: 'https://there.example', resource: undefined, scope: 'read write' }),
    )
    const jwks = await (await server.fetch('/.well-known/jwks.json')).json()
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(jwks))
    // The URLs it may call depend on its own issuer, which is not a loopback address: see flows/outgoing.
    await env.DB.prepare(`UPDATE other_servers SET jwks_uri = 'https://here.example/jwks' WHERE issuer = ?`)
      .bind(issuer)
      .run()
    const there_ = {
      ...there,
      fetch: (path: string, init?: RequestInit) => there.fetch(`https://there.example${path}`, init),
    }
    const token = await issuedBy(redeem(assertion, {}, shop, there_))
    expect(claimsOf(token)).toMatchObject({ iss: 'https://there.example', sub: userId, scope: 'read' })
  })
})

it('is in the metadata', async () => {
  const metadata = await (await server.fetch('/.well-known/oauth-authorization-server')).json()
  expect(metadata).toMatchObject({
    grant_types_supported: expect.arrayContaining([tokenExchangeGrant, jwtBearerGrant]),
    identity_chaining_requested_token_types_supported: [identityAssertionType],
    authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
  })
})

describe('administrators register another server', () => {
  const typed = {
    issuer: 'https://idp.example',
    name: 'Company',
    jwks_uri: 'https://idp.example/jwks',
    audience: 'https://api.shop',
    user_field: 'email',
    assertion_scope: 'chat:read',
  }
  const path = (issuer: string, rest = '') =>
    `/admin/servers/${Buffer.from(issuer).toString('base64url')}${rest}`
  let root: Browser

  beforeEach(async () => {
    root = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
  })
  const send = async (url: string, fields: Record<string, string>) => (await root.get(url)).submit(fields)
  const rows = async (table: string) =>
    (await env.DB.prepare(`SELECT * FROM ${table} WHERE issuer = 'https://idp.example'`).all()).results
  const events = async (type: string) =>
    (await env.DB.prepare('SELECT detail FROM audit_events WHERE type = ?').bind(type).all()).results

  it('with the applications that may use it, and change and delete it', async () => {
    const { id } = shop.client
    const lists = { accepted: id, asserted: `${id} shop-there` }
    expect((await send('/admin/servers/new', { ...typed, ...lists })).status).toBe(303)
    expect((await root.get('/admin/servers')).text).toContain('https://idp.example')
    expect(await rows('other_servers')).toEqual([
      {
        ...{ issuer: 'https://idp.example', name: 'Company', jwks_uri: 'https://idp.example/jwks' },
        ...{ audience: 'https://api.shop', user_field: 'email', user_claim: 'email' },
        ...{ assertion_scope: 'chat:read', created_at: expect.any(Number) },
      },
    ])
    expect(await rows('other_server_clients')).toEqual([{ issuer: 'https://idp.example', client_id: id }])
    expect(await rows('assertion_clients')).toMatchObject([{ client_id: id, known_as: 'shop-there' }])
    const page = await root.get(path('https://idp.example'))
    expect(page.text).toContain(`${id} shop-there`)
    expect((await page.submit({ name: 'Firm', asserted: id })).status).toBe(303)
    expect(await rows('assertion_clients')).toMatchObject([{ client_id: id, known_as: id }])
    expect((await send(path('https://idp.example', '/delete'), {})).status).toBe(303)
    for (const table of ['other_servers', 'other_server_clients', 'assertion_clients'])
      expect(await rows(table)).toEqual([])
    expect(await events('server_saved')).toHaveLength(2)
    expect(await events('server_deleted')).toEqual([{ detail: 'https://idp.example' }])
  })

  it.each<readonly [string, Record<string, string>, string]>([
    ['this server itself', { issuer }, 'issuer'],
    ['one without https', { issuer: 'http://idp.example' }, 'issuer'],
    ['one that exists already', { issuer: acme }, 'issuer'],
    ['keys on a private network', { jwks_uri: 'https://10.0.0.1/jwks' }, 'jwks_uri'],
    ['applications without keys', { jwks_uri: '', accepted: 'x' }, 'jwks_uri'],
    ['no name', { name: '' }, 'name'],
    ['an unknown application', { accepted: 'nobody' }, 'accepted'],
    ['an unknown application there', { asserted: 'nobody there' }, 'asserted'],
    ['an invalid scope', { assertion_scope: 'a"b' }, 'assertion_scope'],
    ['an unknown column for finding people', { user_field: 'phone' }, 'user_field'],
  ])('never %s', async (_, fields, field) => {
    const page = await send('/admin/servers/new', { ...typed, ...fields })
    expect(page.status).toBe(400)
    expect(page.html).toContain(`href="#${field}"`)
    expect(await rows('other_servers')).toEqual([])
  })

  it.each<readonly [string, () => Promise<unknown>]>([
    ['the server is deleted', () => send(path(acme, '/delete'), {})],
    ['the application is removed from its list', () => send(path(acme), { accepted: '' })],
    ['its keys are removed', () => send(path(acme), { jwks_uri: '', accepted: '' })],
  ])('authorizations based on it end when %s, and stay ended', async (_, end) => {
    const token = await issuedBy(exchange(await signed(ofApi)))
    const { authorization_id } = claimsOf(token)
    await send(path(acme), { name: 'Acme and others' })
    expect(await introspect(server, shop, token)).toMatchObject({ active: true })
    await end()
    expect(await introspect(server, shop, token)).toEqual({ active: false })
    expect(
      await env.DB.prepare('SELECT end_reason FROM authorizations WHERE id = ?')
        .bind(authorization_id)
        .first('end_reason'),
    ).toBe('server_not_trusted')
  })
})
