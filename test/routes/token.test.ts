import { env } from 'cloudflare:workers'
import { createLocalJWKSet, decodeProtectedHeader, type JWK, jwtVerify } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../browser.ts'
import { overKv } from '../faults.ts'
import { codeRequest, errorOf, obtainCode, postToken, tokensOf } from '../flow.ts'
import { addClient, addUser, applySchema, issuer, type Registered, startServer } from '../server.ts'

const server = startServer()
let registered: Registered
let publicClient: Registered
let browser: Browser

beforeAll(async () => {
  await applySchema()
  const owner = await addUser('ada')
  registered = await addClient(owner)
  publicClient = await addClient(owner, { type: 'public' })
  browser = await server.signedIn(owner)
})

const basic = (id: string, secret: string) => ({ Authorization: `bAsIc ${btoa(`${id}:${secret}`)}` })

/** Like oauth4webapi: every character that is not a letter or digit. */
const encodeAll = (text: string) =>
  text.replace(/[^A-Za-z0-9]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

describe('client authentication', () => {
  it.each<[string, (text: string) => string]>([
    ['raw', (text) => text],
    ['partly encoded', encodeURIComponent],
    ['fully encoded', encodeAll],
  ])('accepts Basic credentials, %s', async (_, encode) => {
    const { client_id, client_secret, ...request } = codeRequest(
      registered,
      await obtainCode(browser, registered),
    )
    await tokensOf(
      await postToken(server, request, basic(encode(`${client_id}`), encode(`${client_secret}`))),
    )
  })

  it('accepts client_id beside Basic when it is the same', async () => {
    const { client_secret, ...request } = codeRequest(registered, await obtainCode(browser, registered))
    await tokensOf(await postToken(server, request, basic(registered.client.id, registered.secret)))
  })

  it('accepts a public client by its id alone', async () => {
    await tokensOf(
      await postToken(server, codeRequest(publicClient, await obtainCode(browser, publicClient))),
    )
  })

  it('treats an empty Basic secret as none, at each endpoint of clients', async () => {
    const headers = basic(publicClient.client.id, '')
    const { client_id: _, ...request } = codeRequest(publicClient, await obtainCode(browser, publicClient))
    const { access_token } = await tokensOf(await postToken(server, request, headers))
    const post = (path: string, token: string, own = headers) =>
      server.fetch(path, { method: 'POST', headers: own, body: new URLSearchParams({ token }) })
    expect((await post('/o/revoke_token', access_token)).status).toBe(200)
    const told = await post('/o/introspect', access_token)
    expect(await told.json()).toMatchObject({
      error_description: 'Only a confidential application may introspect tokens',
    })
    for (const path of ['/o/revoke_token', '/o/introspect', '/o/token']) {
      const refused = await post(path, access_token, basic(registered.client.id, ''))
      expect([path, refused.status]).toEqual([path, 401])
      expect(await refused.json()).toMatchObject({ error_description: 'The client secret is empty' })
    }
  })

  it.each<[string, () => Record<string, string>, Record<string, string>, string]>([
    ['wrong Basic secret', () => basic(registered.client.id, 'lk_x'), {}, '401 invalid_client'],
    ['empty Basic secret', () => basic(registered.client.id, ''), {}, '401 invalid_client'],
    ['garbled Basic', () => ({ Authorization: 'Basic %%%' }), {}, '401 invalid_client'],
    ['another scheme', () => ({ Authorization: 'Bearer x' }), {}, '401 invalid_client'],
    [
      'two methods at once',
      () => basic(registered.client.id, registered.secret),
      { client_secret: 'x' },
      '400 invalid_request',
    ],
    [
      'two client ids',
      () => basic(registered.client.id, registered.secret),
      { client_id: 'other' },
      '400 invalid_request',
    ],
    ['a wrong secret of a public client', () => basic(publicClient.client.id, 'x'), {}, '401 invalid_client'],
    ['nothing', () => ({}), {}, '401 invalid_client'],
  ])('refuses %s', async (_, headers, parameters, error) => {
    const response = await postToken(
      server,
      { grant_type: 'authorization_code', code: 'x', ...parameters },
      headers(),
    )
    if (response.status === 401) expect(response.headers.get('WWW-Authenticate')).toMatch(/^Basic realm=/)
    expect(await errorOf(response)).toBe(error)
  })

  it('refuses a secret from a public client', async () => {
    const request = { ...codeRequest(publicClient, 'x'), client_secret: registered.secret }
    expect(await errorOf(await postToken(server, request))).toBe('401 invalid_client')
  })
})

describe('an invalid request', () => {
  const valid = () => codeRequest(registered, 'lkc_x')

  it.each<[string, Record<string, string | undefined>, string]>([
    ['no grant type', { grant_type: undefined }, '400 invalid_request'],
    ['unknown grant type', { grant_type: 'password' }, '400 unsupported_grant_type'],
    [
      'a grant type that is a property of every object',
      { grant_type: 'toString' },
      '400 unsupported_grant_type',
    ],
    ['no code', { code: undefined }, '400 invalid_request'],
    ['empty code', { code: '' }, '400 invalid_request'],
    ['unknown code', { code: `lkc_${'A'.repeat(43)}` }, '400 invalid_grant'],
    ['NUL in a parameter', { code: 'a\0b' }, '400 invalid_request'],
    ['control character', { redirect_uri: 'https://app.example/\u0085' }, '400 invalid_request'],
  ])('%s', async (_, changes, error) => {
    expect(await errorOf(await postToken(server, { ...valid(), ...changes }))).toBe(error)
  })

  const post = (body: BodyInit, type = 'application/x-www-form-urlencoded') =>
    server.fetch('/o/token', { method: 'POST', body, headers: { 'Content-Type': type } })

  it.each(['grant_type', 'code', 'client_id', 'client_secret', 'anything'])('%s twice', async (name) => {
    const body = new URLSearchParams(
      Object.entries({ ...valid(), anything: 'x' }).map(([key, value]) => [key, `${value}`]),
    )
    body.append(name, 'again')
    expect(await errorOf(await post(body))).toBe('400 invalid_request')
  })

  it('JSON, multipart and no body', async () => {
    expect(await errorOf(await post('{}', 'application/json'))).toBe('415 invalid_request')
    expect(await errorOf(await post('x', 'multipart/form-data; boundary=x'))).toBe('415 invalid_request')
    expect(await errorOf(await server.fetch('/o/token', { method: 'POST' }))).toBe('415 invalid_request')
    expect(await errorOf(await post(''))).toBe('401 invalid_client')
  })

  it('a megabyte', async () => {
    expect(await errorOf(await post(`code=${'x'.repeat(1_000_000)}`))).toBe('413 invalid_request')
  })

  it('bytes that are not text', async () => {
    expect((await post(new Uint8Array([0x63, 0x3d, 0xff, 0xfe, 0x00]))).status).toBeLessThan(500)
    expect((await post('%=%zz&%00=%00')).status).toBeLessThan(500)
  })

  it('another method', async () => {
    const response = await server.fetch('/o/token')
    expect(response.headers.get('Allow')).toBe('POST')
    expect(await errorOf(response)).toBe('405 invalid_request')
  })

  it('an unknown path', async () => {
    expect(await errorOf(await server.fetch('/o/tokens'))).toBe('404 invalid_request')
  })

  it('a host that is not ours', async () => {
    expect((await server.fetch('http://evil.example/o/token', { method: 'POST' })).status).toBe(421)
  })

  it('is identified by a reference, and echoes no secret', async () => {
    const response = await postToken(server, {
      ...valid(),
      client_secret: 'lk_very-secret',
      code_verifier: 'verifier-secret',
    })
    const text = await response.text()
    expect(text).toMatch(/"reference":"[A-Za-z0-9_-]{12}"/)
    expect(text).not.toMatch(/secret/)
  })
})

describe('an answer', () => {
  it('is never cached, and has a JWT access token according to RFC 9068', async () => {
    const response = await postToken(server, codeRequest(registered, await obtainCode(browser, registered)))
    expect(response.headers.get('Cache-Control')).toBe('no-store')
    expect(response.headers.get('Pragma')).toBe('no-cache')
    const body = await tokensOf(response)
    const [header, claims] = body.access_token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(atob(part.replace(/-/g, '+').replace(/_/g, '/'))))
    expect(header).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
    expect(claims).toMatchObject({
      iss: issuer,
      aud: issuer,
      client_id: registered.client.id,
      scope: 'read write',
      exp: claims.iat + 3600,
    })
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
  })

  it('answers with and without a trailing slash', async () => {
    expect((await server.fetch('/o/token/', { method: 'POST' })).status).toBe(415)
    expect((await server.fetch('/login/')).status).toBe(200)
  })
})

describe('signing keys', () => {
  it('are created once by parallel first requests', async () => {
    await env.DB.prepare('DELETE FROM signing_keys').run()
    const isolates = Array.from({ length: 12 }, () =>
      startServer({ bindings: { DB: new Proxy(env.DB, {}) } }),
    )
    const answers = await Promise.all(isolates.map((isolate) => isolate.fetch('/.well-known/jwks.json')))
    const sets = new Set(await Promise.all(answers.map((answer) => answer.text())))
    expect(sets.size).toBe(1)
    const { keys } = JSON.parse([...sets][0] ?? '')
    expect(keys.map(({ alg }: { alg: string }) => alg)).toEqual(['RS256', 'ES256'])
    expect(new Set(keys.map(({ kid }: { kid: string }) => kid)).size).toBe(2)
    const members = ['alg', 'crv', 'e', 'kid', 'kty', 'n', 'use', 'x', 'y']
    for (const key of keys) expect(members).toEqual(expect.arrayContaining(Object.keys(key)))
  })

  it.each([
    ['EdDSA', ['RS256', 'ES256'], ['RS256', 'ES256', 'EdDSA']],
    ['PS256', ['RS256', 'ES256', 'EdDSA'], ['RS256', 'ES256', 'PS256', 'EdDSA']],
  ])(
    'are of %s only once an application chooses it, and then at once, in every isolate',
    async (alg, before, after) => {
      const elsewhere = startServer({ bindings: { DB: new Proxy(env.DB, {}) } })
      const keySet = async () =>
        (await elsewhere.fetch('/.well-known/jwks.json')).json<{ keys: (JWK & { kty: string })[] }>()
      const algorithms = async () => (await keySet()).keys.map(({ alg }) => alg)
      expect(await algorithms()).toEqual(before)
      const user = await addUser(`of-${alg}`)
      const { client, secret } = await addClient(user)
      const browser = await server.signedIn(user)
      await (await browser.get(`/o/applications/${client.id}/policy`)).submit({
        scope: 'openid',
        id_token_signed_response_alg: alg,
      })
      const request = codeRequest(
        { client, secret },
        await obtainCode(browser, { client, secret }, { scope: 'openid' }),
      )
      const answer = await postToken(elsewhere, request)
      const { id_token } = await answer.json<{ id_token: string }>()
      expect(decodeProtectedHeader(id_token).alg).toBe(alg)
      await jwtVerify(id_token, createLocalJWKSet(await keySet()), {
        algorithms: [alg],
        currentDate: new Date(server.now * 1000),
      })
      expect(await algorithms()).toEqual(after)
    },
  )

  it('are encrypted in the database', async () => {
    const row = await env.DB.prepare('SELECT * FROM signing_keys').first<{ private_key: string }>()
    expect(row?.private_key).not.toContain('"d"')
  })
})

describe('an outage', () => {
  it('of D1 is a 503 that can be tried again, and uses up nothing', async () => {
    const code = await obtainCode(browser, registered)
    const down = new Proxy(env.DB, {
      get: (target, property) =>
        property === 'batch'
          ? () => Promise.reject(new Error('D1_ERROR'))
          : Reflect.get(target, property)?.bind?.(target),
    })
    const response = await postToken(startServer({ bindings: { DB: down } }), codeRequest(registered, code), {
      Origin: 'https://app.example',
    })
    expect(response.headers.get('Retry-After')).toBe('1')
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('https://app.example')
    expect(await errorOf(response)).toBe('503 temporarily_unavailable')
    await tokensOf(await postToken(server, codeRequest(registered, code)))
  })

  it('of KV while issuing is not noticed', async () => {
    const kv = overKv({
      get: async () => null,
      put: () => {
        throw new Error('KV is out')
      },
    })
    const without = startServer({ bindings: { CODES: kv } })
    const visitor = await without.signedIn(await addUser('kv'))
    await tokensOf(await postToken(without, codeRequest(registered, await obtainCode(visitor, registered))))
  })
})
