import { compactDecrypt, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { deviceCodeGrant } from '../../src/rules/clients/client.ts'
import { mostDocuments } from '../../src/rules/sign-in/lockout.ts'
import type { Browser } from '../browser.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  consentTo,
  errorOf,
  obtainCode,
  postToken,
  refreshRequest,
  requestOf,
  tokensOf,
} from '../flow.ts'
import { addUser, applySchema, issuer, type Server, startServer } from '../server.ts'

let server: Server
let browser: Browser
let made = 0

beforeAll(async () => {
  await applySchema()
  await addUser('ada', 'administrator')
  server = startServer()
  browser = await server.signedIn(await addUser('bob'))
})
afterEach(() => vi.restoreAllMocks())

const redirectUri = 'https://agent.example/callback'
const grant_types = ['authorization_code', deviceCodeGrant, 'refresh_token']

const freshUrl = (host = 'agent.example') => `https://${host}/new-${made++}.json`

/** The documents on the web, by URL, and the requested URLs. */
function publish(documents: Readonly<Record<string, object>>): string[] {
  const asked: string[] = []
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input) => {
    const url = String(input)
    asked.push(url)
    const document = documents[url]
    return document === undefined ? new Response(null, { status: 404 }) : Response.json(document)
  })
  return asked
}

const describing = (url: string, more: object = {}) => ({
  client_id: url,
  client_name: 'Agent',
  redirect_uris: [redirectUri],
  grant_types,
  ...more,
})
const knownAs = (id: string) => ({
  client: { id, type: 'public' as const, redirectUris: [redirectUri] },
  secret: '',
})

type Fields = Readonly<Record<string, string>>

async function push(url: string, more: Fields = {}, from = '203.0.113.9', at = server) {
  const body = requestOf(knownAs(url))
  for (const [name, value] of Object.entries(more)) body.set(name, value)
  return at.fetch('/o/par', { method: 'POST', body, headers: { 'cf-connecting-ip': from } })
}

const start = (url: string, more: Fields = {}) =>
  server.fetch('/o/device-authorization', {
    method: 'POST',
    body: new URLSearchParams({ client_id: url, scope: 'read', ...more }),
  })
const poll = (url: string, device_code: string) =>
  postToken(server, { grant_type: deviceCodeGrant, device_code, client_id: url })

async function visit(url: string, pushed: Response) {
  expect(pushed.status).toBe(201)
  const { request_uri } = await pushed.json<{ request_uri: string }>()
  return browser.get(`/o/authorize?${new URLSearchParams({ client_id: url, request_uri })}`)
}

const rows = (id: string) =>
  server.env.DB.prepare('SELECT count(*) AS n FROM clients WHERE id = ?').bind(id).first<number>('n')

async function assertion(url: string, key: CryptoKey, jti: string): Promise<Fields> {
  const jwt = await new SignJWT({ jti })
    .setProtectedHeader({ alg: 'ES256', kid: 'k' })
    .setIssuer(url)
    .setSubject(url)
    .setAudience(issuer)
    .setExpirationTime(server.now + 60)
    .sign(key)
  return {
    client_assertion: jwt,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
}

async function withKey(url: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }
  const keys = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [jwk] } }
  return { privateKey, document: { ...describing(url), ...keys } }
}

describe('a request pushed by a client that nobody here knows', () => {
  it('goes from the push to tokens; the client is stored when somebody has allowed it', async () => {
    const url = freshUrl()
    publish({ [url]: describing(url) })
    const page = await visit(url, await push(url))
    expect([page.text.includes('agent.example'), page.text.includes('Nobody here has checked')]).toEqual([
      true,
      true,
    ])
    expect(await rows(url)).toBe(0)
    const code = answerOf(await consentTo(page)).get('code') ?? ''
    expect(await rows(url)).toBe(1)
    expect((await postToken(server, codeRequest(knownAs(url), code))).status).toBe(200)
    expect((await push(url)).status).toBe(201)
  })

  it('gets its ID token encrypted with a key in its document', async () => {
    const url = freshUrl()
    const { privateKey, document } = await withKey(url)
    const pair = await generateKeyPair('ECDH-ES', { extractable: true })
    const jwk = { ...(await exportJWK(pair.publicKey)), use: 'enc' }
    const keys = [...document.jwks.keys, jwk]
    publish({ [url]: { ...document, jwks: { keys }, id_token_encrypted_response_alg: 'ECDH-ES' } })
    const signed = { scope: 'openid', ...(await assertion(url, privateKey, 'a')) }
    const code = answerOf(await consentTo(await visit(url, await push(url, signed)))).get('code') ?? ''
    const redeemed = { ...codeRequest(knownAs(url), code), ...(await assertion(url, privateKey, 'b')) }
    const { id_token = '' } = await (await postToken(server, redeemed)).json<{ id_token?: string }>()
    const { plaintext } = await compactDecrypt(id_token, pair.privateKey)
    expect(decodeJwt(new TextDecoder().decode(plaintext))).toMatchObject({ aud: url })
  })

  it('is authenticated with the keys in its document, each assertion once', async () => {
    const url = freshUrl()
    const { privateKey, document } = await withKey(url)
    publish({ [url]: document })
    const other = await generateKeyPair('ES256')
    expect(await errorOf(await push(url))).toBe('401 invalid_client')
    expect(await errorOf(await push(url, await assertion(url, other.privateKey, 'a')))).toBe(
      '401 invalid_client',
    )
    const signed = await assertion(url, privateKey, 'b')
    const page = await visit(url, await push(url, signed))
    expect(await errorOf(await push(url, signed))).toBe('401 invalid_client')
    const code = answerOf(await consentTo(page)).get('code') ?? ''
    const redeemed = { ...codeRequest(knownAs(url), code), ...(await assertion(url, privateKey, 'c')) }
    expect((await postToken(server, redeemed)).status).toBe(200)
    expect(await errorOf(await push(url, signed))).toBe('401 invalid_client')
  })

  it('authenticates with the keys that its document has now: a removed one no longer counts', async () => {
    const url = freshUrl()
    const [before, after] = [await withKey(url), await withKey(url)]
    publish({ [url]: before.document })
    const page = await visit(url, await push(url, await assertion(url, before.privateKey, 'k1')))
    const code = answerOf(await consentTo(page)).get('code') ?? ''
    const signed = async (key: CryptoKey, jti: string, form: object) =>
      postToken(server, { ...form, ...(await assertion(url, key, jti)) })
    const { refresh_token } = await tokensOf(
      await signed(before.privateKey, 'k2', codeRequest(knownAs(url), code)),
    )
    publish({ [url]: after.document })
    server.now += 600
    const refresh = refreshRequest(knownAs(url), refresh_token)
    expect(await errorOf(await signed(before.privateKey, 'k3', refresh))).toBe('401 invalid_client')
    expect((await signed(after.privateKey, 'k4', refresh)).status).toBe(200)
    publish({ [url]: { ...after.document, token_endpoint_auth_signing_alg: 'PS256' } })
    server.now += 600
    expect(await (await signed(after.privateKey, 'alg', refresh)).json()).toMatchObject({
      error_description: 'The client assertion must be signed with PS256',
    })
    publish({})
    server.now += 600
    expect(await errorOf(await signed(after.privateKey, 'k5', refresh))).toBe('503 temporarily_unavailable')
  })

  it.each([
    ['that does not exist', {}, '503 temporarily_unavailable'],
    ['that describes another client', { client_id: 'https://agent.example/other' }, '401 invalid_client'],
    ['without the redirect URI', { redirect_uris: ['https://agent.example/other'] }, '400 invalid_request'],
    ['for devices alone', { grant_types: [deviceCodeGrant] }, '400 unauthorized_client'],
  ])('is refused with a document %s', async (_, more, error) => {
    const url = freshUrl()
    publish(Object.keys(more).length === 0 ? {} : { [url]: describing(url, more) })
    expect(await errorOf(await push(url))).toBe(error)
    expect(await rows(url)).toBe(0)
  })

  it('is refused after the host was denied, and so are the tokens of the client', async () => {
    const url = freshUrl()
    const asked = publish({ [url]: describing(url) })
    const code = await obtainCode(browser, knownAs(url), { scope: 'read offline_access' })
    const { refresh_token } = await tokensOf(await postToken(server, codeRequest(knownAs(url), code)))
    const documents = { allowed: [], denied: ['agent.example'] }
    const registration = { mode: 'off', initialAccessToken: '', approval: false, mostOfNetwork: 1 } as const
    const narrow = startServer({ config: { registration: { ...registration, documents } } })
    const before = asked.length
    expect(await errorOf(await push(url, {}, undefined, narrow))).toBe('401 invalid_client')
    expect(await errorOf(await postToken(narrow, refreshRequest(knownAs(url), refresh_token)))).toBe(
      '401 invalid_client',
    )
    const person = await narrow.signedIn(await addUser(`p${made++}`))
    expect((await person.get(authorizePath(knownAs(url)))).status).toBe(400)
    expect(asked.length).toBe(before)
  })
})

describe('a device with a client that nobody here knows', () => {
  it('polls until somebody has allowed it, and then gets its tokens', async () => {
    const url = freshUrl()
    publish({ [url]: describing(url) })
    const started = await start(url)
    expect(started.status).toBe(200)
    const { device_code, user_code } = await started.json<Fields>()
    expect(await errorOf(await poll(url, device_code ?? ''))).toBe('400 authorization_pending')
    expect(await errorOf(await poll(freshUrl(), device_code ?? ''))).toBe('400 invalid_grant')
    const page = await (await browser.get('/o/device')).submit({ user_code: user_code ?? '' })
    expect([page.text.includes('Described by agent.example itself'), await rows(url)]).toEqual([true, 0])
    expect((await page.submit({ decision: 'authorize' })).location).toContain('answered=approved')
    expect(await rows(url)).toBe(1)
    server.now += 5
    const tokens = await tokensOf(await poll(url, device_code ?? ''))
    expect(tokens.scope).toBe('read')
    expect(await errorOf(await poll(url, device_code ?? ''))).toBe('400 invalid_grant')
  })

  it('is told when somebody denied it, and is not stored', async () => {
    const url = freshUrl()
    publish({ [url]: describing(url) })
    const { device_code, user_code } = await (await start(url)).json<Fields>()
    const page = await (await browser.get('/o/device')).submit({ user_code: user_code ?? '' })
    await page.submit({ decision: 'cancel' })
    expect(await errorOf(await poll(url, device_code ?? ''))).toBe('400 access_denied')
    expect(await rows(url)).toBe(0)
  })

  it('authenticates with the keys in its document', async () => {
    const url = freshUrl()
    const { privateKey, document } = await withKey(url)
    publish({ [url]: document })
    expect(await errorOf(await start(url))).toBe('401 invalid_client')
    const { device_code, user_code } = await (
      await start(url, await assertion(url, privateKey, 'd'))
    ).json<Fields>()
    const page = await (await browser.get('/o/device')).submit({ user_code: user_code ?? '' })
    await page.submit({ decision: 'authorize' })
    expect(await errorOf(await poll(url, device_code ?? ''))).toBe('401 invalid_client')
    const proof = await assertion(url, privateKey, 'e')
    const body = { grant_type: deviceCodeGrant, device_code: device_code ?? '', client_id: url, ...proof }
    expect((await postToken(server, body)).status).toBe(200)
  })

  it('shows the person when its document can no longer be read', async () => {
    const url = freshUrl()
    const asked = publish({})
    vi.spyOn(globalThis, 'fetch').mockImplementationOnce(async () =>
      Response.json(describing(url), { headers: { 'cache-control': 'no-store' } }),
    )
    const { user_code } = await (await start(url)).json<Fields>()
    server.now += 30
    const page = await (await browser.get('/o/device')).submit({ user_code: user_code ?? '' })
    expect([page.status, asked, await rows(url)]).toEqual([503, [url], 0])
  })
})

describe('documents that strangers make this server fetch (ASVS 5.0 V2.4)', () => {
  it('are limited by network, and those of known clients are not', async () => {
    const known = freshUrl('known.example')
    const asked = publish({ [known]: describing(known) })
    await obtainCode(browser, knownAs(known))
    server.now += 600 - (server.now % 600)
    for (let i = 0; i < mostDocuments.ofBlock + 5; i++) {
      const host = `h${i}.example`
      expect(await errorOf(await push(freshUrl(host), {}, '203.0.113.20'))).toBe(
        '503 temporarily_unavailable',
      )
    }
    expect(asked.filter((url) => url.startsWith('https://h')).length).toBe(mostDocuments.ofBlock)
    expect((await push(known, {}, '203.0.113.20')).status).toBe(201)
    const before = asked.length
    await push(freshUrl('next.example'), {}, '203.0.113.21')
    expect(asked.length).toBe(before + 1)
    server.now += 600
    await push(freshUrl('later.example'), {}, '203.0.113.20')
    expect(asked.length).toBe(before + 2)
  })

  it('are limited by host, from all networks together', async () => {
    const asked = publish({})
    server.now += 600 - (server.now % 600)
    const limit = mostDocuments.ofHost
    for (let i = 0; i < limit + 5; i++) {
      await push(freshUrl('victim.example'), {}, `198.51.${Math.floor(i / 50)}.${i % 50}`)
    }
    expect(asked.length).toBe(limit)
    const url = freshUrl('victim.example')
    publish({ [url]: describing(url) })
    expect((await browser.get(authorizePath(knownAs(url)))).status).toBe(200)
  })
})
