import { env } from 'cloudflare:workers'
import { generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { findSectorProblem } from '../../src/acts/clients/find-sector-problem.ts'
import { deliverLogouts } from '../../src/acts/openid/deliver-logouts.ts'
import { parseConfig } from '../../src/config.ts'
import { callProblem } from '../../src/rules/callable-url.ts'
import { defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { discoveryUrl } from '../../src/rules/sign-in/provider-metadata.ts'
import { randomText } from '../../src/secrets/secret.ts'
import { pathOf, register } from '../applications.ts'
import { Browser, type Page } from '../browser.ts'
import { addConnection } from '../connections.ts'
import { authorizePath } from '../flow.ts'
import { addClient, addUser, applySchema, password, type Server, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

const loopback = 'http://localhost:8000'
const production = 'https://id.example.com'

/** Addresses, and whether the rule allows calling them from an issuer in production and on loopback. */
const addresses: readonly (readonly [string, boolean, boolean])[] = [
  ['https://app.example/x', true, true],
  ['https://app.example:8443/x', true, true],
  ['https://rp.app-1.example/x?y=z', true, true],
  ['https://127.0.0.1.nip.io/x', true, true],
  ['http://app.example/x', false, false],
  ['https://user:word@app.example/x', false, false],
  ['https://app.example/x#y', false, false],
  ['https://single/x', false, false],
  ['https://rp.test/x', false, false],
  ['https://nas.lan/x', false, false],
  ['https://db.internal/x', false, false],
  ['https://printer.local/x', false, false],
  ['https://router.home.arpa/x', false, false],
  ['https://10.0.0.1/x', false, false],
  ['https://169.254.169.254/x', false, false],
  ['https://93.184.216.34/x', false, false],
  ['https://2130706433/x', false, true],
  ['https://0x7f.1/x', false, true],
  ['https://[fd00::1]/x', false, false],
  ['https://[::ffff:127.0.0.1]/x', false, false],
  ['https://0.0.0.0/x', false, false],
  ['https://app.localhost/x', false, false],
  ['https://127.0.0.1/x', false, true],
  ['http://localhost:3000/x', false, true],
  ['http://127.0.0.1/x', false, true],
  ['http://[::1]:8080/x', false, true],
  ['ftp://app.example/x', false, false],
]

const published = (id: string) => ({
  client: { id, type: 'public' as const, redirectUris: ['https://agent.example/cb'] },
  secret: '',
})

interface World {
  readonly server: Server
  readonly browser: Browser
}

/** A server with this issuer, and a person signed in there. */
async function worldOf(issuer: string): Promise<World> {
  const server = startServer({ config: { issuer } })
  const user = await addUser(`owner-${randomText(6)}`)
  const browser = new Browser((path, init) => {
    const headers = new Headers(init?.headers)
    if (headers.has('Origin')) headers.set('Origin', issuer)
    return server.fetch(new URL(path, issuer).href, { ...init, headers })
  })
  await (await browser.get('/login')).submit({ username: user.username, password })
  return { server, browser }
}

/** Every URL that a person enters and the server calls: how it is entered, and what causes the call. */
const callers: Readonly<
  Record<
    string,
    {
      readonly isTaken: (world: World, url: string, issuer: string) => Promise<boolean>
      readonly call: (world: World, issuer: string, url: string) => Promise<void>
      /** The called URL, if it is another one made from it. */
      readonly calledAs?: (url: string) => string
    }
  >
> = {
  client_id_metadata_document: {
    // Another path: a failure is remembered by address.
    isTaken: async ({ browser }, url) =>
      (await browser.get(authorizePath(published(url.replace(/\/(?=[12](?:[?#]|$))/, '/t'))))).status === 503,
    async call({ browser }, _issuer, url) {
      await browser.get(authorizePath(published(url)))
    },
  },
  jwks_uri: {
    isTaken: (world, url) => saves(world, { jwks_uri: url }),
    async call({ server }, issuer, jwksUri) {
      const owner = await addUser(`keys-${randomText(6)}`)
      const { client } = await addClient(owner, {
        grantType: 'client-credentials',
        policy: { ...defaultClientPolicy, keys: { jwksUri } },
      })
      await ask(server, issuer, await assertion(client.id, issuer))
    },
  },
  backchannel_logout_uri: {
    isTaken: (world, url) => saves(world, { backchannel_logout_uri: url }),
    async call(_, issuer, backchannelLogoutUri) {
      const owner = await addUser(`out-${randomText(6)}`)
      const { client } = await addClient(owner, { openid: { ...defaultClientOpenid, backchannelLogoutUri } })
      await env.DB.prepare(
        `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, next_attempt_at)
         VALUES (?1, ?2, 'u', ?1, ?3, 1, 0, 1)`,
      )
        .bind(randomText(16), client.id, issuer)
        .run()
      await deliverLogouts(env.DB, parseConfig({ ...env, ISSUER: issuer }), startedAt)
    },
  },
  sector_identifier_uri: {
    async isTaken(world, url) {
      await env.DB.prepare('DELETE FROM sign_in_attempts').run()
      const listed = vi
        .spyOn(globalThis, 'fetch')
        .mockImplementation(async () => Response.json(['https://app.example/callback']))
      const taken = await saves(world, { sector_identifier_uri: url })
      listed.mockRestore()
      return taken
    },
    async call(_, issuer, url) {
      const { client } = await addClient(await addUser(`sector-${randomText(6)}`))
      await findSectorProblem(client, url, issuer)
    },
  },
  provider_metadata: {
    isTaken: async (_, url, issuer) => callProblem(url, issuer) === undefined,
    call: async ({ browser }, _issuer, url) => {
      await goTo(browser, await addConnection({ issuer: url }))
    },
    calledAs: discoveryUrl,
  },
  provider_keys: {
    async isTaken({ browser }, url) {
      const away = await visit(browser, { jwks_uri: url })
      vi.restoreAllMocks()
      vi.spyOn(console, 'error').mockImplementation(() => undefined)
      return away.status === 303
    },
    async call({ browser }, _issuer, url) {
      const away = await visit(browser, { jwks_uri: url, token_endpoint: url })
      vi.mocked(fetch).mockClear()
      if (away.status !== 303) return
      const id_token = await assertion('there', 'latchkey')
      vi.mocked(fetch).mockImplementationOnce(async () => Response.json({ id_token }))
      await comeBack(browser, away)
    },
  },
  provider_token: {
    isTaken: async (_, url, issuer) => callProblem(url, issuer) === undefined,
    async call({ browser }, _issuer, url) {
      await comeBack(browser, await goTo(browser, await plainConnection(url, url)))
    },
  },
  provider_user: {
    isTaken: async (_, url, issuer) => callProblem(url, issuer) === undefined,
    async call({ browser }, _issuer, url) {
      const away = await goTo(browser, await plainConnection(url, url))
      vi.mocked(fetch).mockImplementationOnce(async () => Response.json({ access_token: 'x' }))
      await comeBack(browser, away)
    },
  },
  MAIL_API_URL: {
    async isTaken(_, url, ISSUER) {
      const mail = {
        MAILER: 'http',
        MAIL_FROM: 'id@latchkey.example',
        MAIL_API_TOKEN: 'x',
        MAIL_API_URL: url,
      }
      try {
        parseConfig({ ...env, ISSUER, ...mail })
        return true
      } catch (error) {
        expect(`${error}`).toContain('MAIL_API_URL must be an https URL')
        return false
      }
    },
    async call(_, issuer, apiUrl) {
      const mail = { mailer: 'http', from: 'id@latchkey.example', apiUrl, apiToken: 'x' } as const
      const { username } = await addUser(`mail-${randomText(6)}`)
      const server = startServer({ config: { issuer, mail } })
      const browser = new Browser((path, init) => {
        const headers = new Headers(init?.headers)
        if (headers.has('Origin')) headers.set('Origin', issuer)
        return server.fetch(new URL(path, issuer).href, { ...init, headers })
      })
      await env.DB.prepare('DELETE FROM sign_in_attempts').run()
      await (await browser.get('/password-reset')).submit({ account: username })
    },
  },
}

/** A visit to a provider with this metadata, which is read for it. */
async function visit(browser: Browser, changes: Record<string, string>): Promise<Page> {
  const connection = await addConnection({ settings: { auth: { method: 'private_key_jwt' } } })
  const there = connection.issuer ?? ''
  const addresses = { authorization_endpoint: there, token_endpoint: there, jwks_uri: there, ...changes }
  const found = vi.spyOn(globalThis, 'fetch')
  found.mockImplementationOnce(async () => Response.json({ issuer: there, ...addresses }))
  return goTo(browser, connection)
}

/** Plain OAuth 2. */
function plainConnection(token: string, user: string) {
  const endpoints = { authorization: 'https://there.example/authorize', token, user, emails: undefined }
  return addConnection({
    issuer: undefined,
    settings: { endpoints, auth: { method: 'private_key_jwt' } },
  })
}

async function goTo(browser: Browser, { id }: { readonly id: string }): Promise<Page> {
  return (await browser.get(`/login/with/${id}`)).submit({ purpose: 'sign-in' })
}

/** The answer of the provider that the redirect leads to. */
function comeBack(browser: Browser, { location }: Page): Promise<Page> {
  const { searchParams } = new URL(location)
  const { pathname } = new URL(searchParams.get('redirect_uri') ?? '')
  return browser.get(`${pathname}?code=x&state=${searchParams.get('state')}`)
}

async function saves({ browser }: World, fields: Record<string, string>): Promise<boolean> {
  const known = await register(browser)
  const page = await (await browser.get(pathOf(known, '/policy'))).submit({ scope: 'read', ...fields })
  expect([303, 400]).toContain(page.status)
  const [name = ''] = Object.keys(fields)
  // The reason is shown beside the field.
  if (page.status === 400) expect(page.html).toContain(`id="${name}-problem"`)
  return page.status === 303
}

async function assertion(clientId: string, issuer: string, changes: Record<string, unknown> = {}) {
  const { privateKey } = await generateKeyPair('ES256')
  const now = startedAt
  const claims = { iss: clientId, sub: clientId, aud: issuer, exp: now + 60, iat: now, jti: randomText(16) }
  return new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'ES256', kid: 'unknown' })
    .sign(privateKey)
}

function ask(server: Server, issuer: string, client_assertion: string): Promise<Response> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion,
  })
  return server.fetch(`${issuer}/o/token`, { method: 'POST', body })
}

const sources: Record<string, string> = import.meta.glob('../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

describe('one rule for every address that is called', () => {
  it('is applied by each caller in the source', () => {
    const named = Object.values(sources).flatMap((text) =>
      [...text.matchAll(/\bcall: '(\w+)'|new Documents<[^(]*>\(\s*'(\w+)'/g)].map(([, a, b]) => a ?? b),
    )
    expect([...new Set(named)].sort()).toEqual(Object.keys(callers).sort())
  })

  describe.each([
    ['in production', production, 1],
    ['in development', loopback, 2],
  ] as const)('%s', (_, issuer, column) => {
    it.each(Object.keys(callers))('%s: only an address that may be saved is called', async (name) => {
      const caller = callers[name] ?? expect.fail()
      const { calledAs: as = (url: string) => url } = caller
      const world = await worldOf(issuer)
      vi.spyOn(console, 'error').mockImplementation(() => undefined)
      for (const row of addresses) {
        // A failure is remembered by address.
        const url = row[0].replace('/x', `/${column}`)
        const may = row[column]
        expect([url, await caller.isTaken(world, url, issuer)]).toEqual([url, may])
        const called = vi
          .spyOn(globalThis, 'fetch')
          .mockImplementation(async () => new Response(null, { status: 500 }))
        await caller.call(world, issuer, url)
        const others = called.mock.calls.filter(
          ([input]) => ![new URL(as(url)).href, as(url)].includes(String(input)),
        )
        expect([url, called.mock.calls.length > 0, others]).toEqual([url, may, []])
        for (const [, init] of called.mock.calls) {
          expect(init?.redirect).toBe('manual')
          expect(init?.signal).toBeInstanceOf(AbortSignal)
        }
        called.mockRestore()
      }
    })
  })
})

describe('fetches that a stranger can cause (ASVS 5.0 V2.4)', () => {
  let number = 0
  const newUri = () => `https://keys-${number++}.example/jwks`

  async function machine(jwksUri = newUri()) {
    const owner = await addUser(`machine-${randomText(6)}`)
    const { client } = await addClient(owner, {
      grantType: 'client-credentials',
      policy: { ...defaultClientPolicy, keys: { jwksUri } },
    })
    return { id: client.id, jwksUri }
  }

  const answering = (answer: () => Response | Promise<Response>) =>
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => answer())

  it('fail once in 30 seconds, however often they are requested', async () => {
    const server = startServer()
    const { id } = await machine()
    const fetched = answering(() => new Response(null, { status: 503 }))
    for (let i = 0; i < 5; i++)
      expect((await ask(server, loopback, await assertion(id, loopback))).status).toBe(401)
    expect(fetched).toHaveBeenCalledTimes(1)
    server.now += 29
    await ask(server, loopback, await assertion(id, loopback))
    expect(fetched).toHaveBeenCalledTimes(1)
    server.now += 1
    await ask(server, loopback, await assertion(id, loopback))
    expect(fetched).toHaveBeenCalledTimes(2)
  })

  it('are made once for many concurrent requests', async () => {
    const server = startServer()
    const { id } = await machine()
    const fetched = answering(async () => {
      await scheduler.wait(30)
      return Response.json({ keys: [] })
    })
    const assertions = await Promise.all(Array.from({ length: 10 }, () => assertion(id, loopback)))
    const answers = await Promise.all(assertions.map((made) => ask(server, loopback, made)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(401))
    expect(fetched).toHaveBeenCalledTimes(1)
  })

  it('do not replace the known keys when they fail', async () => {
    const server = startServer()
    const { id } = await machine()
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...((await crypto.subtle.exportKey('jwk', publicKey)) as object), kid: 'own', alg: 'ES256' }
    let works = true
    answering(() => (works ? Response.json({ keys: [jwk] }) : new Response(null, { status: 503 })))
    const own = () =>
      new SignJWT({ iss: id, sub: id, aud: loopback, exp: startedAt + 300, jti: randomText(16) })
        .setProtectedHeader({ alg: 'ES256', kid: 'own' })
        .sign(privateKey)
    expect((await ask(server, loopback, await own())).status).toBe(200)
    works = false
    server.now += 40
    expect((await ask(server, loopback, await assertion(id, loopback))).status).toBe(401)
    expect((await ask(server, loopback, await own())).status).toBe(200)
  })

  it.each<[string, (id: string) => Promise<string>]>([
    ['another issuer', (id) => assertion(id, loopback, { iss: 'somebody' })],
    ['another audience', (id) => assertion(id, loopback, { aud: 'https://other.example' })],
    ['no expiry', (id) => assertion(id, loopback, { exp: undefined })],
    ['an expiry in the past', (id) => assertion(id, loopback, { exp: startedAt - 60 })],
    ['an expiry of tomorrow', (id) => assertion(id, loopback, { exp: startedAt + 86_400 })],
    ['no jti', (id) => assertion(id, loopback, { jti: undefined })],
    ['alg none', async (id) => withHeader(await assertion(id, loopback), { alg: 'none' })],
    ['a MAC', async (id) => withHeader(await assertion(id, loopback), { alg: 'HS256' })],
    [
      'a kid that is not a string',
      async (id) => withHeader(await assertion(id, loopback), { alg: 'ES256', kid: 1 }),
    ],
  ])('are not made for an assertion with %s', async (_, make) => {
    const server = startServer()
    const { id } = await machine()
    const fetched = answering(() => Response.json({ keys: [] }))
    expect((await ask(server, loopback, await make(id))).status).toBe(401)
    expect(fetched).not.toHaveBeenCalled()
  })

  it.each<[string, () => Response | Promise<Response>]>([
    ['an error page', () => new Response('the secret of the intranet', { status: 418 })],
    ['a body that is not JSON', () => new Response('the secret of the intranet')],
    ['a failure with words', () => Promise.reject(new Error('the secret of the intranet'))],
    ['a redirect', () => Response.redirect('https://the-secret-of-the-intranet.example/', 302)],
  ])('reveal nothing of the answer to the owner: %s', async (_, answer) => {
    const server = startServer()
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { id } = await machine()
    answering(answer)
    await ask(server, loopback, await assertion(id, loopback))
    const { results } = await env.DB.prepare('SELECT reason FROM client_activity WHERE client_id = ?')
      .bind(id)
      .all<{ reason: string }>()
    expect(results).toHaveLength(1)
    expect(results[0]?.reason).toMatch(/^jwks_uri /)
    expect(results[0]?.reason).not.toMatch(/418|302|secret|Unexpected/)
  })
})

/** One developer with many applications must not fill the memory of an isolate. */
it('cached key sets are limited by size: the least recently used goes first', async () => {
  const server = startServer()
  const padding = 'x'.repeat(60_000)
  const fetched = vi
    .spyOn(globalThis, 'fetch')
    .mockImplementation(async () => Response.json({ keys: [], padding }))
  const owner = await addUser(`hoarder-${randomText(6)}`)
  const uriOf = (i: number) => `https://large-${i}.example/jwks`
  const clients = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      addClient(owner, {
        grantType: 'client-credentials',
        policy: { ...defaultClientPolicy, keys: { jwksUri: uriOf(i) } },
      }),
    ),
  )
  for (const { client } of clients) await ask(server, loopback, await assertion(client.id, loopback))
  expect(fetched).toHaveBeenCalledTimes(40)
  // The last one is still cached, the first is not.
  await ask(server, loopback, await assertion(clients[39]?.client.id ?? '', loopback))
  expect(fetched).toHaveBeenCalledTimes(40)
  await ask(server, loopback, await assertion(clients[0]?.client.id ?? '', loopback))
  expect(fetched).toHaveBeenCalledTimes(41)
})

describe('the page of an application', () => {
  it('shows failed notices with a reason, and nothing of the answer', async () => {
    const { browser } = await worldOf(loopback)
    const known = await register(browser)
    expect((await browser.get(pathOf(known, '/activity'))).text).not.toContain('did not arrive')
    const insert = env.DB.prepare(
      `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts, next_attempt_at, last_error)
       VALUES (?1, ?2, 'u', ?1, 'i', ?3, ?4, ?5, ?6)`,
    )
    await env.DB.batch([
      insert.bind(randomText(8), known.client.id, 1, 10, null, 'address'),
      insert.bind(randomText(8), known.client.id, 2, 2, 9_999_999_999, 'unreachable'),
      insert.bind(randomText(8), known.client.id, 3, 0, 9_999_999_999, null),
    ])
    const { text } = await browser.get(pathOf(known, '/activity'))
    expect(text).toContain('Logout notices that did not arrive')
    expect(text).toMatch(
      /Pending: It could not be reached.*Failed after 10 attempts: This server may not call its address/,
    )
    const stranger = await worldOf(loopback)
    expect((await stranger.browser.get(pathOf(known, '/activity'))).status).toBe(404)
  })
})

function withHeader(jwt: string, header: object): string {
  const [, ...rest] = jwt.split('.')
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), ...rest].join('.')
}
