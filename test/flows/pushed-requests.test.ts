import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { answerOf, codeRequest, consentTo, postToken, requestOf, tokensOf } from '../flow.ts'
import {
  addClient,
  addUser,
  applySchema,
  password,
  type Registered,
  type Server,
  startServer,
} from '../server.ts'

let server: Server
let ada: User
let browser: Browser
let web: Registered
let other: Registered
let native: Registered

beforeAll(async () => {
  await applySchema()
  server = startServer()
  ada = await addUser('ada')
  web = await addClient(ada)
  other = await addClient(ada, { name: 'Other' })
  native = await addClient(ada, { type: 'public', name: 'Native' })
  browser = await server.signedIn(ada)
})

type Changes = Record<string, string | undefined>

function pushTo(at: Server, { client, secret }: Registered, changes: Changes = {}): Promise<Response> {
  const body = requestOf({ client, secret }, changes)
  if (client.type === 'confidential' && !body.has('client_secret')) body.set('client_secret', secret)
  return at.fetch('/o/par', { method: 'POST', body })
}

const push = (registered: Registered, changes?: Changes) => pushTo(server, registered, changes)

async function pushed(registered: Registered = web, changes?: Changes): Promise<string> {
  const response = await push(registered, changes)
  expect(response.status).toBe(201)
  const { request_uri } = await response.json<{ request_uri: string }>()
  return request_uri
}

const formType = { 'Content-Type': 'application/x-www-form-urlencoded' }

const visit = (requestUri: string, { client }: Registered = web, from = browser): Promise<Page> =>
  from.get(`/o/authorize?${new URLSearchParams({ client_id: client.id, request_uri: requestUri })}`)

const isExpiredPage = (page: Page) => {
  expect([page.status, page.location]).toEqual([400, ''])
  expect(page.text).toContain('This request has expired')
}

const rows = async () =>
  (await env.DB.prepare('SELECT count(*) AS n FROM pushed_authorizations').first<{ n: number }>())?.n ?? 0

describe('a pushed authorization request (RFC 9126)', () => {
  it('goes from the push to tokens', async () => {
    const response = await push(web)
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { request_uri, ...rest } = await response.json<{ request_uri: string }>()
    expect(rest).toEqual({ expires_in: 60 })
    expect(request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/)
    const answer = answerOf(await consentTo(await visit(request_uri)))
    expect(answer.get('state')).toBe('state-1')
    const tokens = await tokensOf(await postToken(server, codeRequest(web, answer.get('code') ?? '')))
    expect(tokens.scope).toBe('read write')
  })

  it('needs no secret of a public client, but that of a confidential one', async () => {
    expect(answerOf(await consentTo(await visit(await pushed(native), native))).get('code')).not.toBeNull()
    for (const secret of ['wrong', other.secret]) {
      const response = await push(web, { client_secret: secret })
      expect([response.status, (await response.json<{ error: string }>()).error]).toEqual([
        401,
        'invalid_client',
      ])
    }
    const body = requestOf(web)
    const response = await server.fetch('/o/par', { method: 'POST', body })
    expect(response.status).toBe(401)
  })

  it("does not store the client's credentials", async () => {
    await pushed()
    const { results } = await env.DB.prepare('SELECT * FROM pushed_authorizations').all()
    expect(JSON.stringify(results)).not.toContain(web.secret)
    expect(JSON.stringify(results)).not.toContain('client_secret')
  })

  it('represents the whole request: other parameters in the URL are ignored', async () => {
    const requestUri = await pushed(web, { prompt: 'none', state: 'pushed' })
    const more = new URLSearchParams({
      client_id: web.client.id,
      request_uri: requestUri,
      state: 'url',
      prompt: 'login',
    })
    const answer = answerOf(await browser.get(`/o/authorize?${more}`))
    expect([answer.get('state'), answer.get('error')]).toEqual(['pushed', null])
  })

  it('does not work for another client', async () => {
    isExpiredPage(await visit(await pushed(), other))
  })

  it('must be opened within a minute', async () => {
    const late = startServer()
    const requestUri = await pushed()
    late.now += 60
    isExpiredPage(await visit(requestUri, web, await late.signedIn(ada)))
  })

  it('may then take an hour, including the sign-in, and be opened again', async () => {
    const slow = startServer()
    const stranger = slow.browser()
    const requestUri = await pushed(native, { prompt: 'consent' })
    const login = await visit(requestUri, native, stranger)
    expect(login.location).toMatch(/^\/login\?/)
    slow.now += 1800
    const form = await stranger.get(login.location)
    const back = await form.submit({ username: 'ada', password })
    expect(back.location).toContain('/o/authorize?')
    const consent = await stranger.get(back.location)
    expect((await visit(requestUri, native, stranger)).status).toBe(consent.status)
    expect(answerOf(await consentTo(consent)).get('code')).not.toBeNull()
    isExpiredPage(await visit(requestUri, native, stranger))
  })

  it('expires after an hour', async () => {
    const slow = startServer()
    const stranger = slow.browser()
    const requestUri = await pushed(native)
    await visit(requestUri, native, stranger)
    slow.now += 1800
    await visit(requestUri, native, stranger)
    slow.now += 1801
    isExpiredPage(await visit(requestUri, native, stranger))
  })

  it('ends with a refusal', async () => {
    const requestUri = await pushed(native, { prompt: 'consent' })
    const page = await visit(requestUri, native)
    expect(answerOf(await page.submit({ decision: 'cancel' })).get('error')).toBe('access_denied')
    isExpiredPage(await visit(requestUri, native))
  })

  it.each([
    ['once', {}],
    ['when every batch is executed twice', { bindings: { DB: everyBatchTwice() } }],
    ['when every first answer is lost', { bindings: { DB: everyFirstAnswerLost() } }],
  ])('is completed once by sixty at the same time, %s', async (_, options) => {
    const racing = startServer(options)
    const racer = await racing.signedIn(ada)
    const requestUri = await pushed()
    const pages = await Promise.all(Array.from({ length: 60 }, () => visit(requestUri, web, racer)))
    const codes = pages.filter(({ location }) => location.includes('code='))
    expect(codes).toHaveLength(1)
    for (const page of pages) expect(page.status).toBeLessThan(500)
    for (const page of pages.filter((one) => !codes.includes(one))) isExpiredPage(page)
  })

  it('leaves nothing behind once it is completed', async () => {
    const before = await rows()
    await consentTo(await visit(await pushed()))
    expect(await rows()).toBe(before)
  })

  it.each([
    'urn:ietf:params:oauth:request_uri:nothing',
    `urn:ietf:params:oauth:request_uri:${'A'.repeat(43)}`,
  ])('that does not exist: %s', async (requestUri) => {
    const page = await visit(requestUri)
    expect(page.status < 500 && !page.location.includes('code=')).toBe(true)
  })

  it('is required if an application or the server says so', async () => {
    const pushedOnly = await addClient(ada, { openid: { ...defaultClientOpenid, pushedOnly: true } })
    const refused = answerOf(await browser.get(`/o/authorize?${requestOf(pushedOnly)}`))
    expect([refused.get('error'), refused.get('state')]).toEqual(['invalid_request', 'state-1'])
    const answer = answerOf(await consentTo(await visit(await pushed(pushedOnly), pushedOnly)))
    expect(answer.get('code')).not.toBeNull()

    const strict = startServer({ config: { pushedOnly: true } })
    const reader = await strict.signedIn(ada)
    expect(answerOf(await reader.get(`/o/authorize?${requestOf(web)}`)).get('error')).toBe('invalid_request')
    expect(answerOf(await consentTo(await visit(await pushed(), web, reader))).get('code')).not.toBeNull()
    const metadata = await (await strict.fetch('/.well-known/openid-configuration')).json()
    expect(metadata).toHaveProperty('require_pushed_authorization_requests', true)
  })

  it('belongs to the client of the header, where the body does not name it', async () => {
    const body = requestOf(web)
    body.delete('client_id')
    const headers = { Authorization: `Basic ${btoa(`${web.client.id}:${web.secret}`)}` }
    const response = await server.fetch('/o/par', { method: 'POST', body, headers })
    const { request_uri } = await response.json<{ request_uri: string }>()
    expect(answerOf(await consentTo(await visit(request_uri))).get('code')).not.toBeNull()
  })

  it('has a maximum size', async () => {
    const response = await push(web, { state: 'x'.repeat(10_000) })
    expect((await response.json<{ error_description: string }>()).error_description).toMatch(
      /longer than 10000/,
    )
  })

  it('is limited per network, and expires', async () => {
    await env.DB.prepare('DELETE FROM pushed_authorizations').run()
    const network = { headers: { 'CF-Connecting-IP': '198.51.100.7' } }
    const body = () => requestOf(native)
    const statuses: number[] = []
    for (let count = 0; count < 205; count++)
      statuses.push((await server.fetch('/o/par', { method: 'POST', body: body(), ...network })).status)
    expect(statuses.filter((status) => status === 201)).toHaveLength(200)
    expect(statuses.filter((status) => status === 503)).toHaveLength(5)
    // Others are not affected: a client with a secret, and another network.
    expect((await push(web)).status).toBe(201)
    const elsewhere = { headers: { 'CF-Connecting-IP': '203.0.113.7' } }
    expect((await server.fetch('/o/par', { method: 'POST', body: body(), ...elsewhere })).status).toBe(201)
    // A stranger can register as many with a secret as they like: one of them counts as its network, until it is verified.
    const itself = await addClient(ada)
    const change = (to: string) =>
      env.DB.prepare(`UPDATE clients SET ${to} WHERE id = ?`).bind(itself.client.id).run()
    await change(`registered_by = 'itself'`)
    const mine = requestOf(itself, { client_secret: itself.secret })
    const status = async () =>
      (
        await server.fetch('/o/par', {
          method: 'POST',
          body: mine.toString(),
          headers: { ...network.headers, ...formType },
        })
      ).status
    expect(await status()).toBe(503)
    await change(`trust = 'verified'`)
    expect(await status()).toBe(201)
  })
})
