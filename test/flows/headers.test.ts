import { beforeAll, describe, expect, it, vi } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { cast, signIn } from '../cast.ts'
import { applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

const production = 'https://id.example.com'
const server = startServer({ config: { issuer: production, signUp: 'open' } })
const get = (path: string, headers: Record<string, string> = { Accept: 'text/html' }) =>
  server.fetch(production + path, { headers })

/** Every URL that answers GET, for a visitor without a session, with made-up names. */
const paths = [
  ...new Set(
    createApp(parseConfig({ KEY_ENCRYPTION_SECRET: 'x'.repeat(32) }), () => 0)
      .routes.filter(({ method, path }) => method === 'GET' && !path.includes('*'))
      .map(({ path }) => path.replaceAll(/:\w+/g, 'x')),
  ),
]

/** Pages on the way to a client, which may be in the client's popup. */
const isFlow = (path: string) =>
  /^\/(login(?!\/(?:recovery|browser))|signup|logout|o\/(authorize|logout))(\/|$)/.test(path)

it('every answer has the headers of its kind (ASVS 5.0 V3.4)', async () => {
  expect(paths.length).toBeGreaterThan(80)
  for (const path of paths) {
    const { headers } = await get(path)
    const isPage = (headers.get('Content-Security-Policy') ?? '').includes("script-src 'self'")
    expect([path, headers.get('X-Content-Type-Options')]).toEqual([path, 'nosniff'])
    expect([path, headers.get('Strict-Transport-Security')]).toEqual([path, 'max-age=63072000'])
    const resource = headers.get('Access-Control-Allow-Origin') === '*' ? 'cross-origin' : 'same-origin'
    expect([path, headers.get('Cross-Origin-Resource-Policy')]).toEqual([path, resource])
    // Only a page makes requests of its own.
    expect([path, headers.get('Referrer-Policy')]).toEqual([path, isPage ? 'same-origin' : null])
    const permissions = headers.get('Permissions-Policy')
    if (isPage)
      expect([path, permissions]).toEqual([path, expect.stringContaining('publickey-credentials-get=(self)')])
    const opener = headers.get('Cross-Origin-Opener-Policy')
    if (isFlow(path) || !isPage) expect([path, opener]).toEqual([path, null])
  }
  for (const path of ['/', '/account', '/admin', '/o/applications', '/setup', '/nowhere'])
    expect([path, (await get(path)).headers.get('Cross-Origin-Opener-Policy')]).toEqual([path, 'same-origin'])
})

it('an answer for another host has them too', async () => {
  const answer = await server.fetch('https://other.example/login')
  expect(answer.status).toBe(421)
  expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
  expect(answer.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
  expect(answer.headers.get('Cache-Control')).toBe('no-store')
})

it('HSTS_SUBDOMAINS includes the subdomains', async () => {
  const { hstsSubdomains } = parseConfig({ KEY_ENCRYPTION_SECRET: 'x'.repeat(32), HSTS_SUBDOMAINS: 'true' })
  const all = startServer({ config: { issuer: production, hstsSubdomains } })
  const { headers } = await all.fetch(`${production}/login`)
  expect(headers.get('Strict-Transport-Security')).toBe('max-age=63072000; includeSubDomains')
})

describe('slow request bodies', () => {
  it.each([
    ['/login', { Accept: 'text/html' }, 'took too long to arrive'],
    ['/o/token', {}, 'Send the whole body within 30 seconds'],
  ])('a body at %s that never ends is not waited for', async (path, headers, said) => {
    const over = new AbortController()
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(over.signal)
    let pulled = 0
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('a'))
        // The time is over while bytes still arrive.
        if (++pulled === 5) over.abort()
      },
    })
    const answer = await startServer().fetch(path, {
      method: 'POST',
      body,
      headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect([answer.status, (await answer.text()).includes(said)]).toEqual([408, true])
    expect(timeout).toHaveBeenCalledWith(30_000)
    expect(pulled).toBeLessThan(20)
    vi.restoreAllMocks()
  })

  it('nor one that announces its length', async () => {
    const timeout = vi.spyOn(globalThis, 'setTimeout')
    const asked = startServer().fetch('/o/token', {
      method: 'POST',
      // Its end never arrives.
      body: new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('a')) }),
      headers: { 'Content-Length': '9', 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    const timer = await vi.waitUntil(() => timeout.mock.calls.find(([, after]) => after === 30_000), {
      timeout: 60_000,
    })
    timer[0]()
    expect((await asked).status).toBe(408)
    vi.restoreAllMocks()
  })

  it('one longer than announced is too large', async () => {
    const answer = await startServer().fetch('/o/token', {
      method: 'POST',
      body: new Blob(['a'.repeat(70_000)]).stream(),
      headers: { 'Content-Length': '9', 'Content-Type': 'application/x-www-form-urlencoded' },
    })
    expect(answer.status).toBe(413)
  })
})

it("frames at sign-out can't affect the page around them", async () => {
  const world = await cast(undefined, {
    openid: {
      ...defaultClientOpenid,
      pkceOptional: true,
      frontchannelLogoutUri: 'https://app.example/front',
    },
  })
  await signIn(world)
  const page = await (await world.person.browser.get('/logout')).submit({})
  const frames = page.html.match(/<iframe [^>]*>/g) ?? []
  expect(frames).toHaveLength(1)
  for (const frame of frames) expect(frame).toContain('sandbox="allow-scripts allow-same-origin"')
})

it('an answer by form_post is also sent by browsers without modules', async () => {
  const world = await cast({ mode: 'form_post', authentication: 'client_secret_basic' })
  const page = await world.person.visit(world.rp.request())
  const script = /<script [^>]*form-post\.js[^>]*>/.exec(page.html)?.[0] ?? ''
  expect(script).toContain('defer')
  expect(script).not.toContain('module')
})
