import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { carriedTo } from '../applications.ts'
import { Browser } from '../browser.ts'
import { faults, overKv } from '../faults.ts'
import {
  answerOf,
  authorizePath,
  codeRequest,
  codeVerifier,
  consentTo,
  introspect,
  postToken,
  refreshRequest,
  revoke,
  tokensOf,
} from '../flow.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

const lines: string[] = []
const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const

beforeEach(() => {
  lines.length = 0
  for (const method of methods) {
    vi.spyOn(console, method).mockImplementation((...parts) => void lines.push(parts.map(String).join(' ')))
  }
})
afterEach(() => vi.restoreAllMocks())

const server = startServer()
const entries = () => lines.map((line): Record<string, unknown> => JSON.parse(line))
const requests = () => entries().filter(({ event }) => event === 'request')
let people = 0

describe('the log of a request', () => {
  it('is one line that says what happened', async () => {
    const owner = await addUser(`user${people++}`)
    const registered = await addClient(owner)
    lines.length = 0
    const request = { ...codeRequest(registered, `lkc_${'A'.repeat(43)}`) }
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const answer = await postToken(server, request, { traceparent })
    const { reference } = await answer.json<{ reference: string }>()
    expect(entries()).toEqual([
      {
        event: 'request',
        reference,
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
        method: 'POST',
        route: '/o/token',
        status: 400,
        duration_ms: expect.any(Number),
        client_id: registered.client.id,
        error: 'invalid_grant',
        reason: 'Unknown authorization code',
      },
    ])
  })

  it('names the pattern of the route, never the path or the query', async () => {
    await server.fetch('/o/applications/something?secret=1')
    await server.fetch('/not/here?secret=1')
    await server.fetch('/o/token?secret=1', { method: 'PUT' })
    await server.fetch('/o/token', { method: 'OPTIONS', headers: { Origin: 'https://app.example' } })
    expect(requests().map(({ route, status }) => [route, status])).toEqual([
      ['/o/applications/:clientId', 303],
      [undefined, 404],
      ['/o/token', 405],
      ['/o/token', 204],
    ])
  })

  it('never trusts an unauthenticated client_id', async () => {
    await postToken(server, { grant_type: 'authorization_code', client_id: 'hunter2-hunter2' })
    await server.fetch('/o/authorize?client_id=hunter2-hunter2&response_type=code')
    expect(lines.join()).not.toContain('hunter2')
  })

  it.each([
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    'ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more',
    '"}, {"event": "request"',
  ])('ignores the traceparent %s', async (traceparent) => {
    await server.fetch('/', { headers: { traceparent } })
    expect(requests()[0]).not.toHaveProperty('trace_id')
  })

  it('says where a bug is, without the data of the request', async () => {
    const secret = 'lkr_3xSecretSecretSecret9'
    const leaking = () => {
      throw new Error(`Unexpected token in ${secret}: at authorizations.refresh_hash`)
    }
    const broken = startServer({
      bindings: { DB: new Proxy(server.env.DB, { get: leaking }), CODES: overKv({ get: leaking }) },
    })
    const answer = await postToken(broken, { grant_type: 'client_credentials', client_id: 'a', scope: 'b' })
    expect(answer.status).toBe(503)
    expect(entries()).toMatchObject([
      {
        reason: 'Error: Unexpected token in […]: at authorizations.refresh_hash',
        stack: expect.arrayContaining([expect.stringContaining('src/')]),
      },
    ])
    expect(lines.join()).not.toContain('SecretSecret')
  })
})

describe('the log of a page', () => {
  it.each(['/', '/login', '/account', '/admin', '/o/applications', '/o/authorize?client_id=a', '/o/logout'])(
    'says why %s is out when the database is',
    async (path) => {
      const signedIn = await server.signedIn(await addUser(`user${people++}`, 'administrator'))
      const out = faults()
      const browser = carriedTo(startServer({ bindings: { DB: out.db } }), signedIn)
      lines.length = 0
      out.arm(1, ['before', 'before'])
      const page = await browser.get(path)
      expect(page.status).toBe(503)
      const [{ reference, ...line } = {}] = requests()
      expect(line).toMatchObject({ status: 503, reason: 'Error: Network connection lost' })
      expect(page.text).toContain(String(reference))
    },
  )

  it('says why a form was shown again', async () => {
    const page = await server.browser().get('/login')
    await page.submit({ username: 'nobody', password: 'hunter2-hunter2' })
    await server.browser().post('/login', { username: 'nobody' })
    expect(requests().map(({ status, reason }) => [status, typeof reason])).toEqual([
      [200, 'undefined'],
      [400, 'string'],
      [403, 'string'],
    ])
  })

  it('names the client of an authorization request, where there is one', async () => {
    const registered = await addClient(await addUser(`user${people++}`))
    lines.length = 0
    await server.fetch(authorizePath(registered))
    expect(requests()).toMatchObject([{ route: '/o/authorize', client_id: registered.client.id }])
  })
})

describe('the logs of a whole journey', () => {
  it('contain no secret that was issued or sent', async () => {
    const owner = await addUser(`user${people++}`)
    const registered = await addClient(owner)
    lines.length = 0
    let sent = 0
    const secrets = new Set([
      password,
      registered.secret,
      codeVerifier,
      'state-1',
      'my-user-agent',
      'wrong-password',
    ])
    const fetch: typeof server.fetch = (path, init) => {
      sent++
      const headers = new Headers(init?.headers)
      headers.set('User-Agent', 'my-user-agent')
      return server.fetch(path, { ...init, headers })
    }
    const watched = { ...server, fetch }
    const browser = new Browser(fetch)
    const remember = () => {
      for (const value of browser.cookies.values()) secrets.add(value)
    }

    const toLogin = await browser.get(authorizePath(registered, { scope: 'openid read', nonce: 'nonce-1' }))
    secrets.add('nonce-1')
    const signedOut = await browser.get(toLogin.location)
    secrets.add(signedOut.forms[0]?.fields.form_token ?? '')
    secrets.add(/received%3D[0-9]+\.([\w-]+)/.exec(toLogin.location)?.[1] ?? toLogin.location)
    remember()
    await signedOut.submit({ username: owner.username, password: 'wrong-password' })
    const signedIn = await signedOut.submit({ username: owner.username, password })
    remember()
    const page = await browser.get(signedIn.location)
    secrets.add(page.forms[0]?.fields.form_token ?? '')
    const code = answerOf(await consentTo(page)).get('code') ?? ''
    secrets.add(code)

    const request = codeRequest(registered, code)
    await postToken(watched, { ...request, code_verifier: 'x'.repeat(43) })
    await postToken(watched, { ...request, client_secret: `lk_${'B'.repeat(43)}` })
    const tokens = await tokensOf(await postToken(watched, request))
    const next = await tokensOf(await postToken(watched, refreshRequest(registered, tokens.refresh_token)))
    for (const token of Object.values({ ...tokens, ...next })) {
      if (typeof token === 'string' && token.length > 40)
        secrets.add(token).add(token.split('.').at(-1) ?? token)
    }
    await watched.fetch('/o/userinfo', { headers: { Authorization: `Bearer ${next.access_token}` } })
    await watched.fetch(`/o/userinfo?access_token=${next.access_token}`)
    await introspect(watched, registered, next.access_token)
    await revoke(watched, registered, next.refresh_token)
    await postToken(watched, refreshRequest(registered, next.refresh_token))
    await postToken(watched, request)

    expect(secrets.size).toBeGreaterThan(15)
    expect(secrets.has('')).toBe(false)
    const log = lines.join('\n')
    expect([...secrets].filter((secret) => log.includes(secret))).toEqual([])
    expect(log).not.toMatch(/code_challenge=|redirect_uri=|[?&]client_id/)

    expect(requests()).toHaveLength(sent)
    expect(new Set(requests().map(({ reference }) => reference)).size).toBe(sent)
  })
})
