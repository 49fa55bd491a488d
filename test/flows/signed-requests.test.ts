import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { makeProver } from '../dpop.ts'
import { answerOf, codeRequest, consentTo, errorOf, postToken, requestOf, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, password, type Server, startServer } from '../server.ts'
import { addSigner, type Signer } from '../signer.ts'

let server: Server
let ada: User
let browser: Browser
let web: Signer
let strict: Signer
const redirectUris = ['https://app.example/callback', 'https://app.example/other']

beforeAll(async () => {
  await applySchema()
  server = startServer()
  ada = await addUser('ada')
  browser = await server.signedIn(ada)
  web = await addSigner(ada, () => server.now)
  strict = await addSigner(ada, () => server.now, { openid: { signedOnly: true } })
})

/** The claims of a request object: an authorization request, with the changes. */
function claimsOf({ registered }: Signer, changes: Sent['claims'] = {}): JWTPayload {
  const { id } = registered.client
  const times = { nbf: server.now, exp: server.now + 60 }
  return { iss: id, aud: issuer, ...times, ...Object.fromEntries(requestOf(registered)), ...changes }
}

interface Sent {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly beside?: Readonly<Record<string, string>>
  readonly signer?: Signer
}

async function objectOf({ claims, header, signer = web }: Sent, of = signer): Promise<string> {
  return signer.sign(claimsOf(of, claims), header)
}

const pathOf = (request: string, { beside = {}, signer = web }: Sent = {}) =>
  `/o/authorize?${new URLSearchParams({ client_id: signer.registered.client.id, ...beside, request })}`

const ask = async (sent: Sent = {}, from = browser): Promise<Page> =>
  from.get(pathOf(await objectOf(sent), sent))

async function push(sent: Sent): Promise<Response> {
  const { signer = web } = sent
  const body = new URLSearchParams({
    ...sent.beside,
    ...(await signer.assert()),
    request: await objectOf(sent),
  })
  return server.fetch('/o/par', { method: 'POST', body })
}

const refused: readonly [string, Sent][] = [
  ['for another server', { claims: { aud: 'https://other.example' } }],
  ['of another issuer', { claims: { iss: 'other' } }],
  ['of another client', { claims: { client_id: 'other' } }],
  ['that has expired', { claims: { exp: 1_700_000_000 } }],
  ['that is not valid yet', { claims: { nbf: 1_900_000_000 } }],
  ['signed more than a minute from now', { claims: { iat: 1_800_000_075 } }],
  ['with a time that is none', { claims: { exp: 'soon' } }],
  ['signed at a time that is none', { claims: { iat: 'now' } }],
  ['of the type of an access token', { header: { typ: 'at+jwt' } }],
  ['with another request in it', { claims: { request: 'eyJ' } }],
  ['with a request_uri in it', { claims: { request_uri: 'urn:x' } }],
]

describe('a signed request (RFC 9101)', () => {
  it('goes from its parameters to tokens, whatever is beside it', async () => {
    const beside = { response_type: 'token', redirect_uri: redirectUris[1] ?? '', scope: 'write', state: 'x' }
    const header = { typ: 'oauth-authz-req+jwt' }
    const two = await addSigner(ada, () => server.now, { redirectUris })
    const claims = { scope: 'read', max_age: 9999 }
    const page = await consentTo(await ask({ signer: two, beside, header, claims }))
    expect(page.location.startsWith(`${redirectUris[0]}?`)).toBe(true)
    expect(answerOf(page).get('state')).toBe('state-1')
    const asked = {
      ...codeRequest(two.registered, answerOf(page).get('code') ?? ''),
      client_secret: undefined,
    }
    const tokens = await tokensOf(await postToken(server, { ...asked, ...(await two.assert()) }))
    expect(tokens.scope).toBe('read')
  })

  it('takes claims and several resources as JSON', async () => {
    const claims = {
      claims: { id_token: { name: { essential: true } } },
      scope: 'openid',
      resource: [issuer],
    }
    expect(answerOf(await consentTo(await ask({ claims }))).get('code')).not.toBeNull()
    const unknown = await ask({ claims: { resource: ['https://a.example', 'https://b.example'] } })
    expect(answerOf(unknown).get('error')).toBe('invalid_target')
  })

  it.each(refused)('%s is refused', async (_, sent) => {
    const answer = answerOf(await ask(sent))
    expect([answer.get('error'), answer.get('iss')]).toEqual(['invalid_request_object', issuer])
    expect(answer.get('state')).toBeNull()
    const pushed = await push(sent)
    expect([pushed.status, (await pushed.json<{ error: string }>()).error]).toEqual([
      400,
      'invalid_request_object',
    ])
  })

  it('that could be a client assertion is refused', async () => {
    const sub = web.registered.client.id
    expect(answerOf(await ask({ claims: { sub } })).get('error')).toBe('invalid_request_object')
  })

  it('with the key of somebody else, with alg none, or changed, is refused', async () => {
    const other = await addSigner(ada, () => server.now)
    const foreign = await objectOf({ signer: other }, web)
    const [, payload = '', signature = ''] = (await objectOf({})).split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`
    const changed = `${foreign.split('.')[0]}.${payload}.${signature.slice(2)}AA`
    for (const request of [foreign, none, changed, 'eyJ', 'a.b.c.d.e']) {
      expect(answerOf(await browser.get(pathOf(request))).get('error')).toBe('invalid_request_object')
    }
  })

  it('is refused with another algorithm than the registered one', async () => {
    const ps = await addSigner(ada, () => server.now, { alg: 'PS256', openid: { requestObjectAlg: 'ES256' } })
    expect(answerOf(await ask({ signer: ps })).get('error')).toBe('invalid_request_object')
  })

  it('never redirects to an address that is not registered', async () => {
    const page = await ask({ claims: { redirect_uri: 'https://evil.example/' } })
    expect([page.status, page.location]).toEqual([400, ''])
    const beside = { redirect_uri: 'https://evil.example/' }
    const wrong = await ask({ claims: { aud: 'x' }, beside })
    expect([wrong.status, wrong.location]).toEqual([400, ''])
  })

  it('may expire while the person signs in and reads the question', async () => {
    const visitor = server.browser()
    const signIn = await visitor.get((await ask({ claims: { prompt: 'consent' } }, visitor)).location)
    server.now += 600
    const back = await signIn.submit({ username: 'ada', password })
    const question = await visitor.get(back.location)
    expect([question.status, question.location]).toEqual([200, ''])
    server.now += 600
    expect(answerOf(await question.submit({ decision: 'authorize' })).get('code')).not.toBeNull()

    const direct = await ask({ claims: { prompt: 'consent' } }, visitor)
    server.now += 600
    expect(answerOf(await direct.submit({ decision: 'authorize' })).get('code')).not.toBeNull()
    expect(answerOf(await ask({ claims: { exp: server.now - 600 } }, visitor)).get('error')).toBe(
      'invalid_request_object',
    )
  })

  it('can be pushed: only its parameters count, and only for the client that pushed it', async () => {
    const response = await push({ beside: { scope: 'write', state: 'beside' }, claims: { scope: 'read' } })
    expect(response.status).toBe(201)
    const { request_uri } = await response.json<{ request_uri: string }>()
    const { id } = web.registered.client
    const visit = `/o/authorize?${new URLSearchParams({ client_id: id, request_uri })}`
    const answer = answerOf(await consentTo(await browser.get(visit)))
    expect([answer.get('state'), answer.get('code') !== null]).toEqual(['state-1', true])
  })

  it('is never combined with request_uri', async () => {
    const page = await ask({ beside: { request_uri: 'urn:ietf:params:oauth:request_uri:x' } })
    expect(answerOf(page).get('error')).toBe('invalid_request')
  })

  it('comes from an application with a secret too, that has keys for requests', async () => {
    const both = await addSigner(ada, () => server.now, { openid: { keepsSecret: true } })
    const page = await consentTo(await ask({ signer: both, claims: { scope: 'read' } }))
    const code = answerOf(page).get('code') ?? ''
    const asked = codeRequest(both.registered, code)
    const assertion = { ...asked, client_secret: undefined, ...(await both.assert()) }
    expect((await postToken(server, assertion)).status).toBe(401)
    expect((await tokensOf(await postToken(server, asked))).scope).toBe('read')
    const { id } = both.registered.client
    const body = {
      client_id: id,
      client_secret: both.registered.secret,
      request: await objectOf({ signer: both }),
    }
    const pushed = await server.fetch('/o/par', { method: 'POST', body: new URLSearchParams(body) })
    expect(pushed.status).toBe(201)
  })

  it('needs keys', async () => {
    const secret = await addClient(ada, { name: 'Secret' })
    const request = await objectOf({ claims: { iss: secret.client.id, client_id: secret.client.id } })
    const page = await browser.get(
      `/o/authorize?${new URLSearchParams({ client_id: secret.client.id, request })}`,
    )
    expect(answerOf(page).get('error')).toBe('request_not_supported')
  })
})

describe('an application that must sign its requests', () => {
  it('is refused every other one, at both endpoints', async () => {
    const page = await browser.get(`/o/authorize?${requestOf(strict.registered)}`)
    expect(answerOf(page).get('error_description')).toContain('signed request object')
    const body = requestOf(strict.registered)
    for (const [name, value] of Object.entries(await strict.assert())) body.set(name, value)
    const pushed = await server.fetch('/o/par', { method: 'POST', body })
    expect([pushed.status, (await pushed.json<{ error: string }>()).error]).toEqual([400, 'invalid_request'])
    expect((await ask({ signer: strict })).status).toBe(200)
    expect((await push({ signer: strict })).status).toBe(201)
  })
})

/** The JWT of an answer, verified with the published keys. */
async function verified(
  jwt: string | null,
  audience: string,
  typ = 'JWT',
  alg = 'RS256',
): Promise<JWTPayload> {
  const jwks = await (await server.fetch('/.well-known/jwks.json')).json<JSONWebKeySet>()
  const options = { issuer, audience, typ, algorithms: [alg], currentDate: new Date(server.now * 1000) }
  return (await jwtVerify(jwt ?? '', createLocalJWKSet(jwks), options)).payload
}

const answerIn = (page: Page, mode: string): string | null => {
  if (mode === 'form_post.jwt') return page.forms[0]?.fields.response ?? null
  const { hash, searchParams } = new URL(page.location)
  const sent = mode === 'fragment.jwt' ? new URLSearchParams(hash.slice(1)) : searchParams
  expect([...sent.keys()]).toEqual(['response'])
  return sent.get('response')
}

describe('a signed answer (JARM)', () => {
  const modes = ['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt']

  it.each(modes)('contains the code, with the response mode %s', async (response_mode) => {
    const { registered } = web
    const page = await browser.get(`/o/authorize?${requestOf(registered, { response_mode })}`)
    const answer = await verified(answerIn(page, response_mode), registered.client.id)
    expect(answer).toEqual({
      code: expect.stringMatching(/^lkc_/),
      state: 'state-1',
      iss: issuer,
      aud: registered.client.id,
      exp: server.now + 600,
    })
  })

  it.each(modes)('contains the error, with the response mode %s', async (response_mode) => {
    const { registered } = web
    const changes = { response_mode, response_type: 'token' }
    const page = await browser.get(`/o/authorize?${requestOf(registered, changes)}`)
    const answer = await verified(answerIn(page, response_mode), registered.client.id)
    expect(answer).toMatchObject({ error: 'unsupported_response_type', state: 'state-1' })
  })

  it('is in the link back for somebody who has not signed in', async () => {
    const { registered } = web
    const asked = requestOf(registered, { response_mode: 'query.jwt', response_type: 'token' })
    const page = await server.browser().get(`/o/authorize?${asked}`)
    const [, link = ''] = /href="([^"]*response=[^"]*)"/.exec(page.html) ?? []
    const answer = await verified(new URL(link).searchParams.get('response'), registered.client.id)
    expect([page.status, answer.error]).toEqual([400, 'unsupported_response_type'])
  })

  it('has the algorithm of its application', async () => {
    const ps = await addSigner(ada, () => server.now, { openid: { authorizationAlg: 'PS256' } })
    const asked = requestOf(ps.registered, { response_mode: 'jwt', prompt: 'none' })
    const page = await browser.get(`/o/authorize?${asked}`)
    const answer = await verified(answerIn(page, 'jwt'), ps.registered.client.id, 'JWT', 'PS256')
    expect(answer.error).toBe('consent_required')
  })
})

describe('signed introspection (RFC 9701)', () => {
  const type = 'application/token-introspection+jwt'
  const introspection = async (signer: Signer, token: string, headers: Record<string, string> = {}) =>
    server.fetch('/o/introspect', {
      method: 'POST',
      body: new URLSearchParams({ token, ...(await signer.assert()) }),
      headers,
    })

  it('is for the caller that accepts it', async () => {
    const { registered } = web
    const code = answerOf(await consentTo(await ask())).get('code') ?? ''
    const asked = { ...codeRequest(registered, code), client_secret: undefined, ...(await web.assert()) }
    const { access_token } = await tokensOf(await postToken(server, asked))
    const plain = await introspection(web, access_token)
    expect(await plain.json()).toMatchObject({ active: true })
    const signed = await introspection(web, access_token, { Accept: `${type}, application/json` })
    expect([signed.status, signed.headers.get('content-type')]).toEqual([200, type])
    const jwt = await signed.text()
    expect(await verified(jwt, registered.client.id, 'token-introspection+jwt')).toEqual({
      iss: issuer,
      aud: registered.client.id,
      iat: server.now,
      token_introspection: expect.objectContaining({ active: true, client_id: registered.client.id }),
    })
    const used = await server.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${jwt}` } })
    expect(used.status).toBe(401)
    const unknown = await introspection(web, 'unknown', { Accept: type })
    const { token_introspection } = await verified(
      await unknown.text(),
      registered.client.id,
      'token-introspection+jwt',
    )
    expect(token_introspection).toEqual({ active: false })
  })
})

describe('an application on FAPI 2.0 Message Signing', () => {
  const openid = {
    profile: 'fapi-2.0-signed',
    idTokenAlg: 'PS256',
    authorizationAlg: 'ES256',
    introspectionAlg: 'PS256',
  } as const
  const signed = { response_mode: 'jwt' }
  let bank: Signer

  beforeAll(async () => {
    bank = await addSigner(ada, () => server.now, { openid })
  })

  it('gets a signed answer and signed introspection for a signed request', async () => {
    const { id } = bank.registered.client
    const { request_uri } = await (await push({ signer: bank, claims: signed })).json<{
      request_uri: string
    }>()
    const visit = `/o/authorize?${new URLSearchParams({ client_id: id, request_uri })}`
    const page = await consentTo(await browser.get(visit))
    const { code } = await verified(answerIn(page, 'jwt'), id, 'JWT', 'ES256')
    const key = await makeProver(issuer, () => server.now)
    const asked = { ...codeRequest(bank.registered, String(code)), client_secret: undefined }
    const tokens = await tokensOf(
      await postToken(server, { ...asked, ...(await bank.assert()) }, { DPoP: await key.prove('/o/token') }),
    )
    const body = new URLSearchParams({ token: tokens.access_token, ...(await bank.assert()) })
    const told = await (await server.fetch('/o/introspect', { method: 'POST', body })).text()
    const { token_introspection } = await verified(told, id, 'token-introspection+jwt', 'PS256')
    expect(token_introspection).toMatchObject({ active: true, cnf: { jkt: key.jkt } })
  })

  it.each<[string, Sent['claims'], string]>([
    ['without response_mode', {}, 'invalid_request'],
    ['with the response mode query', { response_mode: 'query' }, 'invalid_request'],
    ['without aud', { ...signed, aud: undefined }, 'invalid_request_object'],
    ['without exp', { ...signed, exp: undefined }, 'invalid_request_object'],
    ['without nbf', { ...signed, nbf: undefined }, 'invalid_request_object'],
    ['with nbf more than an hour ago', { ...signed, nbf: 1_800_000_000 - 3700 }, 'invalid_request_object'],
    ['valid for more than an hour', { ...signed, exp: 1_800_000_000 + 9000 }, 'invalid_request_object'],
  ])('is refused a request %s', async (_, claims = {}, error) => {
    const response = await push({ signer: bank, claims })
    expect([response.status, (await response.json<{ error: string }>()).error]).toEqual([400, error])
  })

  it('is refused a request that is not signed', async () => {
    const body = requestOf(bank.registered, signed)
    for (const [name, value] of Object.entries(await bank.assert())) body.set(name, value)
    const response = await server.fetch('/o/par', { method: 'POST', body })
    expect([response.status, (await response.json<{ error: string }>()).error]).toEqual([
      400,
      'invalid_request',
    ])
  })

  it('is told that RS256 is not allowed for its answers', async () => {
    const weak = await addSigner(ada, () => server.now, { openid: { ...openid, authorizationAlg: 'RS256' } })
    const response = await push({ signer: weak, claims: signed })
    expect(response.status).toBe(400)
  })

  it('is told that RS256 is not allowed where it chose a signature itself (FAPI 2.0 §5.4.1)', async () => {
    const weak = await addSigner(ada, () => server.now, {
      openid: { profile: 'fapi-2.0', idTokenAlg: 'ES256' },
    })
    const push = async (changes: Record<string, string>) => {
      const body = requestOf(weak.registered, changes)
      for (const [name, value] of Object.entries(await weak.assert())) body.set(name, value)
      return server.fetch('/o/par', { method: 'POST', body })
    }
    expect(await errorOf(await push(signed))).toBe('400 invalid_request')
    expect((await push({})).status).toBe(201)
    const introspect = async (headers: HeadersInit) => {
      const body = new URLSearchParams({ token: 'x', ...(await weak.assert()) })
      return server.fetch('/o/introspect', { method: 'POST', body, headers })
    }
    const type = 'application/token-introspection+jwt'
    expect(await errorOf(await introspect({ Accept: type }))).toBe('400 unauthorized_client')
    expect((await introspect({})).status).toBe(200)
  })
})

it('the metadata names the algorithms that are processed', async () => {
  const response = await server.fetch('/.well-known/openid-configuration')
  expect(await response.json()).toMatchObject({
    request_parameter_supported: true,
    request_uri_parameter_supported: false,
    request_object_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
    authorization_signing_alg_values_supported: ['RS256', 'ES256', 'PS256', 'EdDSA'],
    introspection_signing_alg_values_supported: ['RS256', 'ES256', 'PS256', 'EdDSA'],
    response_modes_supported: expect.arrayContaining(['jwt', 'form_post.jwt']),
  })
})
