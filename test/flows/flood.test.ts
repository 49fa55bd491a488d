import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { addressBlock } from '../../src/values/network-address.ts'
import { addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

const issuer = 'https://id.example.com'
const sources: Readonly<Record<string, string>> = import.meta.glob('../../src/**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** Lets `left` requests of a key pass. */
function limiter(left: number): RateLimit & { readonly keys: string[] } {
  const keys: string[] = []
  return {
    keys,
    async limit({ key }) {
      keys.push(key)
      return { success: keys.filter((known) => known === key).length <= left }
    },
  }
}

function start(limits: Record<string, unknown>) {
  const server = startServer({ config: { issuer }, bindings: limits })
  return (path: string, init: RequestInit = {}, address = '192.0.2.1') => {
    const headers = new Headers(init.headers)
    if (address !== '') headers.set('CF-Connecting-IP', address)
    return server.fetch(issuer + path, { ...init, headers })
  }
}

const html = { Accept: 'text/html' }

describe('the flood guard', () => {
  it('answers a program with JSON that its script may read', async () => {
    const fetch = start({ MACHINE_LIMIT: limiter(0) })
    const answer = await fetch('/o/token', { method: 'POST', headers: { Origin: 'https://app.example' } })
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '10'])
    expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('https://app.example')
    expect(answer.headers.get('Access-Control-Expose-Headers')).toContain('Retry-After')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
  })

  it('answers a person with a page', async () => {
    const fetch = start({ FORM_LIMIT: limiter(0) })
    const body = new URLSearchParams({ username: 'ada', password: 'x' })
    const answer = await fetch('/login', { method: 'POST', headers: html, body })
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '60'])
    expect(await answer.text()).toContain('Please wait a moment')
  })

  it('counts forms, pages and machine endpoints separately, and a preflight too', async () => {
    const [FORM_LIMIT, PAGE_LIMIT, MACHINE_LIMIT] = [limiter(9), limiter(9), limiter(9)]
    const fetch = start({ FORM_LIMIT, PAGE_LIMIT, MACHINE_LIMIT })
    await fetch('/login')
    await fetch('/login', { method: 'POST' })
    await fetch('/o/token', { method: 'POST' })
    await fetch('/o/token', { method: 'OPTIONS' })
    await fetch('/o/token', { method: 'PUT' })
    expect([FORM_LIMIT, PAGE_LIMIT, MACHINE_LIMIT].map(({ keys }) => keys.length)).toEqual([1, 1, 3])
  })

  it('counts each address separately', async () => {
    const fetch = start({ PAGE_LIMIT: limiter(1) })
    const statuses = async (address: string) => (await fetch('/login', {}, address)).status
    expect(await statuses('192.0.2.1')).toBe(200)
    expect(await statuses('192.0.2.1')).toBe(429)
    expect(await statuses('192.0.2.2')).toBe(200)
    expect(await statuses('2001:db8::1')).toBe(200)
    expect(await statuses('2001:db8::ffff:2')).toBe(429)
  })

  it('also counts an IPv6 site, which has more networks than can be counted one by one', async () => {
    const [PAGE_LIMIT, PAGE_SITE_LIMIT] = [limiter(2), limiter(5)]
    const fetch = start({ PAGE_LIMIT, PAGE_SITE_LIMIT })
    const statusOf = async (address: string) => (await fetch('/login', {}, address)).status
    const statuses: number[] = []
    for (let network = 1; network <= 7; network++) statuses.push(await statusOf(`2001:db8:7:${network}::1`))
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(await statusOf('2001:db8:8:1::1')).toBe(200)
    expect(await statusOf('192.0.2.1')).toBe(200)
    expect(PAGE_SITE_LIMIT.keys).not.toContain('192.0.2.1')
  })

  it.each(['FORM', 'MACHINE'])('counts a site in %s requests as well', async (kind) => {
    const fetch = start({ [`${kind}_LIMIT`]: limiter(9), [`${kind}_SITE_LIMIT`]: limiter(0) })
    const path = kind === 'FORM' ? '/login' : '/o/token'
    expect((await fetch(path, { method: 'POST' }, '2001:db8:7:1::1')).status).toBe(429)
    expect((await fetch(path, { method: 'POST' }, '192.0.2.1')).status).not.toBe(429)
  })

  it('lets everything pass without a counter, without an address, or when the counter fails', async () => {
    const failing = { limit: () => Promise.reject(new Error('out')) }
    expect((await start({ PAGE_LIMIT: undefined })('/login')).status).toBe(200)
    expect((await start({ PAGE_LIMIT: failing })('/login')).status).toBe(200)
    expect((await start({ PAGE_LIMIT: limiter(0) })('/login', {}, '')).status).toBe(200)
  })

  it('is off on localhost', async () => {
    const server = startServer({ bindings: { PAGE_LIMIT: limiter(0) } })
    const headers = { 'CF-Connecting-IP': '192.0.2.1' }
    expect((await server.fetch('/login', { headers })).status).toBe(200)
  })

  it('works with the counters of wrangler.toml, which leave room for an office', async () => {
    const { FORM_LIMIT, PAGE_LIMIT, MACHINE_LIMIT } = env
    for (const real of [FORM_LIMIT, PAGE_LIMIT, MACHINE_LIMIT]) expect(real.limit).toBeTypeOf('function')
    const fetch = start({})
    let passed = 0
    while (passed < 650 && (await fetch('/login', { method: 'POST' })).status !== 429) passed++
    // Up to twice as many, when a minute of the counter ends meanwhile.
    expect(passed).toBeGreaterThanOrEqual(300)
    expect(passed).toBeLessThanOrEqual(600)
  })
})

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0000:0000:1:2:3:4', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:C000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, block) => expect(addressBlock(address)).toBe(block))
})

describe('where the platform limits nothing, as if each request came from another location', () => {
  const everything = { FORM_LIMIT: limiter(1e9), PAGE_LIMIT: limiter(1e9), MACHINE_LIMIT: limiter(1e9) }

  it('password guesses are still counted, in one place', async () => {
    const { username } = await addUser('guessed-everywhere')
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) {
      // A new instance each time: it shares only the database with the others.
      const server = startServer({ bindings: everything })
      const page = await server.browser().get('/login')
      statuses.push((await page.submit({ username, password: 'wrong' })).status)
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429])
  })

  it('no other rule depends on the platform', () => {
    const asking = Object.entries(sources).filter(([, text]) => /\bRateLimit\b|\w_LIMIT\b/.test(text))
    expect(asking.map(([file]) => file.replace('../../src/', ''))).toEqual(['http/flood-guard.ts'])
  })
})
