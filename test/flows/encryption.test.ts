import { env } from 'cloudflare:workers'
import {
  CompactEncrypt,
  compactDecrypt,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import * as client from 'openid-client'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  contentEncryptions,
  type Encryption,
  type KeyEncryption,
  keyEncryptions,
} from '../../src/rules/encryption.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { counted } from '../faults.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  consentTo,
  errorOf,
  obtainCode,
  postToken,
  requestOf,
  tokensOf,
} from '../flow.ts'
import { addUser, applySchema, issuer, password, type Server, startServer } from '../server.ts'
import { addSigner, type Signer } from '../signer.ts'

let server: Server
let ada: User
let browser: Browser

beforeAll(async () => {
  await applySchema()
  server = startServer()
  ada = await addUser('ada')
  browser = await server.signedIn(ada)
})

afterEach(() => vi.restoreAllMocks())

interface Pair {
  readonly jwk: JWK
  readonly privateKey: CryptoKey
}

/** A key of a client for encryption. `changes`: members of the public key; undefined removes one. */
async function makePair(alg = 'ECDH-ES', changes: Record<string, unknown> = {}): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: `enc ${alg}`, use: 'enc', ...changes }
  return { jwk, privateKey }
}

const agreed: Encryption = { alg: 'ECDH-ES', enc: 'A128CBC-HS256' }

const redeem = async (one: Signer, code: string) =>
  postToken(server, {
    ...codeRequest(one.registered, code),
    client_secret: undefined,
    ...(await one.assert()),
  })

const signedIn = async (one: Signer, scope = 'openid profile') =>
  redeem(one, await obtainCode(browser, one.registered, { scope }))

/** The claims of a JWT in a JWE, signed by this server. */
async function opened(jwe: string, { privateKey }: Pair, one: Signer, alg = 'RS256'): Promise<JWTPayload> {
  const { plaintext, protectedHeader } = await compactDecrypt(jwe, privateKey)
  expect(protectedHeader.cty).toBe('JWT')
  const jwks = await (await server.fetch('/.well-known/jwks.json')).json<JSONWebKeySet>()
  const audience = one.registered.client.id
  const options = { issuer, audience, algorithms: [alg], currentDate: new Date(server.now * 1000) }
  return (await jwtVerify(plaintext, createLocalJWKSet(jwks), options)).payload
}

describe('an encrypted ID token', () => {
  it.each(keyEncryptions.flatMap((alg) => contentEncryptions.map((enc) => [alg, enc] as const)))(
    'is encrypted with %s and %s after it was signed',
    async (alg, enc) => {
      const pair = await makePair(alg, alg === 'RSA-OAEP-256' ? { alg } : {})
      const openid = { encryption: { idToken: { alg, enc } } }
      const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk] })
      const { id_token = '' } = await (await signedIn(one)).json<{ id_token: string }>()
      expect(decodeProtectedHeader(id_token)).toMatchObject({ alg, enc, kid: pair.jwk.kid, cty: 'JWT' })
      expect(await opened(id_token, pair, one)).toMatchObject({ sub: ada.id })
      await expect(compactDecrypt(id_token, (await makePair(alg)).privateKey)).rejects.toThrow()
    },
  )

  it('is for a curve that the client chose', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true })
    const pair = { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: 'x' } }
    const openid = { encryption: { idToken: agreed } }
    const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk], alg: 'PS256' })
    const { id_token = '' } = await (await signedIn(one)).json<{ id_token: string }>()
    expect(await opened(id_token, pair, one)).toMatchObject({ sub: ada.id })
  })

  it.each<[string, string, Record<string, unknown>]>([
    ['for signatures', 'ECDH-ES', { use: 'sig' }],
    ['that only verifies', 'ECDH-ES', { use: undefined, key_ops: ['verify'] }],
    ['for another algorithm', 'ECDH-ES', { alg: 'ECDH-ES+A256KW' }],
    ['of another kind', 'RSA-OAEP-256', {}],
    ['that is broken', 'ECDH-ES', { x: 'AAAA' }],
  ])('is refused with a key %s, and the code stays usable', async (_, kind, changes) => {
    const { jwk } = await makePair(kind, changes)
    const openid = { encryption: { idToken: agreed } }
    const one = await addSigner(ada, () => server.now, { openid, more: [jwk] })
    const code = await obtainCode(browser, one.registered, { scope: 'openid' })
    const response = await redeem(one, code)
    expect(await errorOf(response.clone())).toBe('400 unauthorized_client')
    expect(await response.text()).toContain('ECDH-ES')
  })

  it('follows the keys at jwks_uri, and is never issued in plain text when they can’t be read', async () => {
    const [first, second, own] = await Promise.all([makePair(), makePair(), makePair()])
    let answer = () => Response.json({ keys: [own.jwk] })
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer())
    const jwksUri = 'https://encrypted.example/jwks.json'
    const openid = { encryption: { idToken: agreed } }
    const one = await addSigner(ada, () => server.now, { openid, jwksUri })
    const publish = (...keys: readonly JWK[]) => {
      answer = () => Response.json({ keys: [{ ...one.jwk, use: 'sig' }, ...keys] })
    }
    publish(first.jwk)
    const before = await (await signedIn(one)).json<{ id_token: string }>()
    expect(await opened(before.id_token, first, one)).toMatchObject({ sub: ada.id })
    publish(second.jwk)
    server.now += 600
    const after = await (await signedIn(one)).json<{ id_token: string }>()
    expect(await opened(after.id_token, second, one)).toMatchObject({ sub: ada.id })
    publish()
    server.now += 600
    const code = await obtainCode(browser, one.registered, { scope: 'openid' })
    expect(await errorOf(await redeem(one, code))).toBe('400 unauthorized_client')
    publish(first.jwk)
    server.now += 30
    expect((await redeem(one, code)).status).toBe(200)
  })
})

it('nothing is sent while the keys at jwks_uri can’t be read, and the code stays usable', async () => {
  const pair = await makePair()
  let status = 500
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () =>
    Response.json({ keys: [pair.jwk] }, { status }),
  )
  const encryption = { idToken: agreed, userinfo: agreed, answer: agreed, introspection: agreed }
  const jwksUri = 'https://later.example/jwks.json'
  const openid = { encryption, keepsSecret: true }
  const { registered } = await addSigner(ada, () => server.now, { openid, jwksUri })
  const page = await browser.get(authorizePath(registered, { response_mode: 'jwt' }))
  expect([page.status, page.location]).toEqual([400, ''])
  const code = await obtainCode(browser, registered, { scope: 'openid' })
  expect(await errorOf(await postToken(server, codeRequest(registered, code)))).toBe(
    '503 temporarily_unavailable',
  )
  status = 200
  server.now += 30
  const { access_token } = await tokensOf(await postToken(server, codeRequest(registered, code)))
  status = 500
  server.now += 600
  const headers = { Authorization: `Bearer ${access_token}` }
  expect(await errorOf(await server.fetch('/o/userinfo', { headers }))).toBe('503 temporarily_unavailable')
  const { id: client_id } = registered.client
  const body = new URLSearchParams({ client_id, client_secret: registered.secret, token: access_token })
  expect(await errorOf(await server.fetch('/o/introspect', { method: 'POST', body }))).toBe(
    '503 temporarily_unavailable',
  )
})

describe('encrypted userinfo', () => {
  const userinfo = async (one: Signer) => {
    const { access_token } = await tokensOf(await signedIn(one))
    return server.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${access_token}` } })
  }

  it('is signed first if the client registered that', async () => {
    const pair = await makePair()
    const openid = { userinfoAlg: 'ES256', encryption: { userinfo: agreed } } as const
    const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk] })
    const response = await userinfo(one)
    expect(response.headers.get('content-type')).toBe('application/jwt')
    expect(await opened(await response.text(), pair, one, 'ES256')).toMatchObject({ sub: ada.id })
  })

  it('is otherwise the encrypted JSON (OIDC Core §5.3.2)', async () => {
    const pair = await makePair()
    const openid = { encryption: { userinfo: agreed } }
    const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk] })
    const response = await userinfo(one)
    expect(response.headers.get('content-type')).toBe('application/jwt')
    const { plaintext, protectedHeader } = await compactDecrypt(await response.text(), pair.privateKey)
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({ sub: ada.id })
    expect(protectedHeader).not.toHaveProperty('cty')
  })

  it('is refused without a suitable key', async () => {
    const openid = { encryption: { userinfo: { alg: 'RSA-OAEP-256', enc: 'A128GCM' } } } as const
    const one = await addSigner(ada, () => server.now, { openid })
    expect(await errorOf(await userinfo(one))).toBe('400 unauthorized_client')
  })
})

describe('an encrypted answer (JARM)', () => {
  it.each(['jwt', 'fragment.jwt', 'form_post.jwt'])('contains the code, by %s', async (response_mode) => {
    const pair = await makePair()
    const openid = { encryption: { answer: agreed } }
    const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk] })
    const page = await consentTo(await browser.get(authorizePath(one.registered, { response_mode })))
    const { hash, searchParams } = new URL(page.location === '' ? issuer : page.location)
    const sent = hash === '' ? searchParams : new URLSearchParams(hash.slice(1))
    const jwe = page.forms[0]?.fields.response ?? sent.get('response') ?? ''
    expect(await opened(jwe, pair, one)).toMatchObject({
      code: expect.stringMatching(/^lkc_/),
      state: 'state-1',
    })
  })

  it('is a page without a suitable key, for errors too, and nothing is sent', async () => {
    const openid = { encryption: { answer: { alg: 'RSA-OAEP-256', enc: 'A128GCM' } } } as const
    const one = await addSigner(ada, () => server.now, { openid })
    for (const changes of [{}, { response_type: 'token' }, { prompt: 'none' }]) {
      const page = await browser.get(authorizePath(one.registered, { response_mode: 'jwt', ...changes }))
      expect([page.status, page.location]).toEqual([400, ''])
      expect(page.text).toContain('The answer can’t be encrypted')
    }
    // The developer is told when the request is pushed.
    const body = requestOf(one.registered, { response_mode: 'jwt' })
    for (const [name, value] of Object.entries(await one.assert())) body.set(name, value)
    expect(await errorOf(await server.fetch('/o/par', { method: 'POST', body }))).toBe(
      '400 unauthorized_client',
    )
    // Modes without a JWT are not encrypted.
    expect(answerOf(await consentTo(await browser.get(authorizePath(one.registered)))).get('code')).toMatch(
      /^lkc_/,
    )
  })
})

describe('encrypted introspection (RFC 9701)', () => {
  const type = 'application/token-introspection+jwt'

  it.each([type, 'application/json'])(
    'is the only answer, also to a caller that accepts %s',
    async (Accept) => {
      const pair = await makePair()
      const openid = { encryption: { introspection: agreed } }
      const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk] })
      const { access_token } = await tokensOf(await signedIn(one))
      const body = new URLSearchParams({ token: access_token, ...(await one.assert()) })
      const response = await server.fetch('/o/introspect', { method: 'POST', body, headers: { Accept } })
      expect([response.status, response.headers.get('content-type')]).toEqual([200, type])
      expect(await opened(await response.text(), pair, one)).toMatchObject({
        token_introspection: { active: true },
      })
    },
  )

  it('is the answer to an access token with the scope introspection, too', async () => {
    const pair = await makePair()
    const openid = { encryption: { introspection: agreed } }
    const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk] })
    await env.DB.prepare(`UPDATE clients SET scope = scope || ' introspection' WHERE id = ?`)
      .bind(one.registered.client.id)
      .run()
    const { access_token } = await tokensOf(await signedIn(one, 'introspection'))
    const body = new URLSearchParams({ token: access_token })
    const headers = { Authorization: `Bearer ${access_token}` }
    const response = await server.fetch('/o/introspect', { method: 'POST', body, headers })
    expect(await opened(await response.text(), pair, one)).toMatchObject({
      token_introspection: { active: true },
    })
  })

  it('is refused without a suitable key', async () => {
    const openid = { encryption: { introspection: { alg: 'RSA-OAEP-256', enc: 'A128GCM' } } } as const
    const one = await addSigner(ada, () => server.now, { openid })
    const body = new URLSearchParams({ token: 'x', ...(await one.assert()) })
    const response = await server.fetch('/o/introspect', { method: 'POST', body })
    expect(await errorOf(response)).toBe('400 unauthorized_client')
  })
})

it('openid-client decrypts all of it', async () => {
  const pair = await makePair('ECDH-ES', { kid: 'two' })
  const openid = {
    userinfoAlg: 'ES256',
    encryption: { idToken: agreed, userinfo: agreed, answer: agreed, introspection: agreed },
  } as const
  const one = await addSigner(ada, () => server.now, { openid, more: [pair.jwk] })
  const { id, redirectUris } = one.registered.client
  const config = await client.discovery(
    new URL(issuer),
    id,
    {
      [client.clockSkew]: server.now - Math.floor(Date.now() / 1000),
      userinfo_signed_response_alg: 'ES256',
      authorization_signed_response_alg: 'RS256',
      introspection_signed_response_alg: 'RS256',
    },
    client.PrivateKeyJwt({ key: one.privateKey, kid: 'one' }),
    {
      execute: [client.allowInsecureRequests, client.useJwtResponseMode],
      [client.customFetch]: (url, { body, ...init }) => server.fetch(url, { ...init, body: body ?? null }),
    },
  )
  client.enableDecryptingResponses(config, ['A128CBC-HS256'], { key: pair.privateKey, kid: 'two' })
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUris[0] ?? '',
    scope: 'openid profile',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
  })
  const callback = new URL((await consentTo(await browser.get(url.pathname + url.search))).location)
  expect(callback.searchParams.get('response')?.split('.')).toHaveLength(5)
  const checks = { pkceCodeVerifier, expectedState, idTokenExpected: true }
  const tokens = await client.authorizationCodeGrant(config, callback, checks)
  expect(tokens.id_token?.split('.')).toHaveLength(5)
  expect(tokens.claims()).toMatchObject({ sub: ada.id })
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, ada.id)
  expect(userinfo.preferred_username).toBe('ada')
  expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true })
})

describe('an encrypted request object (RFC 9101 §6.1)', () => {
  interface Sealing {
    readonly header?: Readonly<Record<string, unknown>>
    readonly alg?: string
    readonly enc?: string
    readonly key?: JWK | Uint8Array
    readonly claims?: Readonly<Record<string, unknown>>
    readonly content?: string
  }

  let rsa: Signer
  let ec: Signer

  beforeAll(async () => {
    const request = (alg: KeyEncryption) => ({ encryption: { request: { alg, enc: 'A128GCM' } } }) as const
    rsa = await addSigner(ada, () => server.now, { openid: request('RSA-OAEP-256') })
    ec = await addSigner(ada, () => server.now, { openid: { ...request('ECDH-ES'), keepsSecret: true } })
    server.now += 60
  })

  const published = async (one = server) =>
    (await (await one.fetch('/.well-known/jwks.json')).json<JSONWebKeySet>()).keys.filter(
      ({ use }) => use === 'enc',
    )

  const keyFor = async (alg: string) =>
    (await published()).find(({ kty }) => kty === (alg.startsWith('ECDH') ? 'EC' : 'RSA'))

  async function sealed(one: Signer, { alg = 'RSA-OAEP-256', enc = 'A128GCM', ...sealing }: Sealing = {}) {
    const key = sealing.key ?? (await keyFor(alg)) ?? {}
    const { id } = one.registered.client
    const times = { nbf: server.now, exp: server.now + 60 }
    const claims = { iss: id, aud: issuer, ...times, ...Object.fromEntries(requestOf(one.registered)) }
    const content = sealing.content ?? (await one.sign({ ...claims, ...sealing.claims }))
    const kid = 'kid' in key ? key.kid : undefined
    return new CompactEncrypt(new TextEncoder().encode(content))
      .setProtectedHeader({ alg, enc, cty: 'JWT', ...(kid && { kid }), ...sealing.header })
      .encrypt(key instanceof Uint8Array ? key : await importJWK({ ...key, alg }))
  }

  const visit = async (one: Signer, request: string) =>
    browser.get(
      `/o/authorize?${new URLSearchParams({ client_id: one.registered.client.id, request, redirect_uri: 'https://app.example/callback' })}`,
    )

  const push = async (one: Signer, request: string) =>
    server.fetch('/o/par', {
      method: 'POST',
      body: new URLSearchParams({ request, ...(await one.assert()) }),
    })

  it.each(keyEncryptions.flatMap((alg) => contentEncryptions.map((enc) => [alg, enc] as const)))(
    'is read, by %s and %s',
    async (alg, enc) => {
      const page = await consentTo(await visit(rsa, await sealed(rsa, { alg, enc })))
      expect(answerOf(page).get('state')).toBe('state-1')
      expect(answerOf(page).get('code')).toMatch(/^lkc_/)
    },
  )

  it('can be pushed, sent by an application with a secret, and waits while the person signs in', async () => {
    expect((await push(rsa, await sealed(rsa))).status).toBe(201)
    const visitor = server.browser()
    const { id } = ec.registered.client
    const request = await sealed(ec, { alg: 'ECDH-ES', claims: { prompt: 'consent' } })
    const asked = await visitor.get(`/o/authorize?${new URLSearchParams({ client_id: id, request })}`)
    const back = await (await visitor.get(asked.location)).submit({ username: 'ada', password })
    const page = await (await visitor.get(back.location)).submit({ decision: 'authorize' })
    const response = await postToken(server, codeRequest(ec.registered, answerOf(page).get('code') ?? ''))
    expect(response.status).toBe(200)
  })

  it.each<[string, Sealing | (() => Promise<Sealing>), string?]>([
    ['with a key of somebody else', async () => ({ key: (await makePair('RSA-OAEP-256')).jwk })],
    [
      'with that key under our kid',
      async () => {
        const { kid } = (await keyFor('RSA-OAEP-256')) ?? {}
        return { key: { ...(await makePair('RSA-OAEP-256')).jwk, kid: `${kid}` } }
      },
    ],
    ['with SHA-1', { alg: 'RSA-OAEP' }, 'alg of the encryption must be'],
    ['with a shared secret', { alg: 'dir', key: new Uint8Array(16) }, 'alg of the encryption must be'],
    ['with a content encryption that is not offered', { enc: 'A192GCM' }, 'enc must be one of'],
    ['without a signature', { content: '{"response_type":"code"}' }],
    ['with the signature of nobody', { content: 'eyJhbGciOiJub25lIn0.eyJzY29wZSI6InJlYWQifQ.' }],
    ['twice', async () => ({ content: await sealed(rsa) })],
    ['with a signature of another client', async () => ({ content: await ec.sign({ aud: issuer }) })],
    ['that has expired', { claims: { exp: 1_700_000_000 } }],
    ['that is compressed', { header: { zip: 'DEF' } }, 'must not be compressed'],
    ['that is too long', { claims: { state: 'x'.repeat(20_000) } }],
  ])('is refused %s', async (_, sealing, description = '') => {
    const request = await sealed(rsa, typeof sealing === 'function' ? await sealing() : sealing)
    const response = await push(rsa, request)
    expect(await errorOf(response.clone())).toBe('400 invalid_request_object')
    expect(await response.text()).toContain(description)
    if (request.length < 20_000)
      expect(answerOf(await visit(rsa, request)).get('error')).toBe('invalid_request_object')
  })

  it('is refused when it is changed or cut', async () => {
    const jwe = await sealed(rsa)
    const [header = '', key, iv, content, tag] = jwe.split('.')
    for (const request of [
      [header, key, iv, `${content?.slice(0, -2)}AA`, tag],
      [header, key, iv, content, ''],
      ['', '', '', '', ''],
    ]) {
      const response = await push(rsa, request.join('.'))
      expect(await errorOf(response)).toBe('400 invalid_request_object')
    }
  })

  it('an ID token may come back encrypted with the same key, as a hint (OIDC Core §3.1.2.1)', async () => {
    const response = await signedIn(rsa)
    const { id_token = '' } = await response.json<{ id_token?: string }>()
    const ask = async (id_token_hint: string) =>
      answerOf(
        await browser.get(authorizePath(rsa.registered, { id_token_hint, prompt: 'none', scope: 'openid' })),
      )
    expect((await ask(await sealed(rsa, { content: id_token }))).get('code')).toMatch(/^lkc_/)
    const foreign = await sealed(rsa, { content: id_token, key: (await makePair('RSA-OAEP-256')).jwk })
    expect((await ask(foreign)).get('error')).not.toBeNull()
  })

  it('is decrypted in an isolate that read the keys before this one was made', async () => {
    const [isolate, other] = [0, 1].map(() => startServer({ bindings: { DB: counted().db } }))
    if (isolate === undefined || other === undefined) throw new Error('There is no isolate')
    isolate.now = server.now
    other.now = server.now
    await env.DB.prepare('DELETE FROM later_signing_keys').run()
    await env.DB.prepare(`UPDATE clients SET openid = replace(openid, '"request_object_', '"unknown_')`).run()
    expect(await published(isolate)).toEqual([])
    await env.DB.prepare(`UPDATE clients SET openid = replace(openid, '"unknown_', '"request_object_')`).run()
    const [key = {}] = await published(other)
    isolate.now += 10
    const body = new URLSearchParams({ request: await sealed(rsa, { key }), ...(await rsa.assert()) })
    expect((await isolate.fetch('/o/par', { method: 'POST', body })).status).toBe(201)
    server.now += 60
  })

  it('is decrypted with a replaced key, not with a withdrawn one, and the key is published for encryption alone', async () => {
    const before = await published()
    expect(
      before.map(({ kty, alg, use, kid, ...rest }) => [kty, alg, use, typeof kid, Object.keys(rest).sort()]),
    ).toEqual([
      ['RSA', 'RSA-OAEP-256', 'enc', 'string', ['e', 'n']],
      ['EC', undefined, 'enc', 'string', ['crv', 'x', 'y']],
    ])
    const admin = await addUser('root', 'administrator')
    let root = await server.signedIn(admin)
    const rotation = await root.get('/admin/keys/RSA-OAEP-256/rotation')
    expect(rotation.text).toContain('Requests that are encrypted with the current key can still be read')
    await rotation.submit({})
    const later = await sealed(rsa, { key: before[0] ?? {}, claims: { exp: server.now + 9000 } })
    const { kid, ...unnamed } = before[0] ?? {}
    const nameless = await sealed(rsa, { key: unnamed, claims: { exp: server.now + 9000 } })
    server.now += 1800
    root = await server.signedIn(admin)
    const [after] = await published()
    expect(after?.kid).not.toBe(kid)
    expect((await published()).length).toBe(2)
    expect((await push(rsa, later)).status).toBe(201)
    expect((await push(rsa, nameless)).status).toBe(201)
    expect((await root.get('/admin/keys')).text).toContain('replaced, still decrypts')
    const withdrawal = await root.get(`/admin/keys/${kid}/withdrawal`)
    expect(withdrawal.text).toContain('no longer reads requests that are encrypted')
    await withdrawal.submit({})
    expect(await errorOf(await push(rsa, later))).toBe('400 invalid_request_object')
    expect((await push(rsa, await sealed(rsa))).status).toBe(201)
  })
})
