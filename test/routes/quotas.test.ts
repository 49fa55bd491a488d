import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Config, parseConfig } from '../../src/config.ts'
import { registerPath, sendRegistration, shown, typed } from '../applications.ts'
import type { Page } from '../browser.ts'
import { addUser, applySchema, startServer } from '../server.ts'

beforeAll(applySchema)

const { quotas } = parseConfig({ ...env })
const withQuotas = (own: Partial<Config['quotas']>) =>
  startServer({ config: { quotas: { ...quotas, ...own } } })
const owns = (userId: string) =>
  env.DB.prepare('SELECT count(*) AS n FROM clients WHERE owner_id = ?').bind(userId).first<number>('n')
const uris = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => `https://app.example/${i}/`.padEnd(length, 'x')).join('\n')
const idOf = (page: Page) => shown(page, 'client_id')
let people = 0
const person = () => addUser(`person${people++}`)

describe('the number of applications per person', () => {
  const server = withQuotas({ applications: 2 })

  it('is limited, and the form says so; the last one sent again is the same', async () => {
    const user = await person()
    const browser = await server.signedIn(user)
    expect((await sendRegistration(browser)).status).toBe(200)
    const page = await browser.get(registerPath)
    const last = await page.submit(typed)
    const again = await page.submit(typed)
    expect([last.status, again.status]).toEqual([200, 200])
    const refused = await sendRegistration(browser, { name: 'One more' })
    expect(refused.status).toBe(400)
    expect(refused.text).toContain('You have 2 applications, the maximum')
    expect(await owns(user.id)).toBe(2)
  })

  it('is decided by the database, for many at once', async () => {
    const user = await person()
    const browser = await server.signedIn(user)
    const pages = await Promise.all(Array.from({ length: 6 }, () => browser.get(registerPath)))
    await Promise.all(pages.map((page) => page.submit(typed)))
    expect(await owns(user.id)).toBe(2)
  })

  it('is unlimited for administrators', async () => {
    const user = await addUser(`root${people++}`, 'administrator')
    const browser = await server.signedIn(user)
    for (let i = 0; i < 3; i++) expect((await sendRegistration(browser)).status).toBe(200)
    expect(await owns(user.id)).toBe(3)
  })
})

describe('the size of applications', () => {
  it('is limited for each as a whole, for everybody and at each form', async () => {
    const browser = await startServer().signedIn(await addUser(`root${people++}`, 'administrator'))
    const keys = JSON.stringify({ keys: [{ kty: 'RSA', n: 'A'.repeat(30_000), e: 'AQAB' }] })
    const large = { redirect_uris: uris(20, 2000) }
    const tooLarge = 'Use at most 64 KiB'

    const full = idOf(await sendRegistration(browser, large))
    const policy = await (await browser.get(`/o/applications/${full}/policy`)).submit({ jwks: keys })
    expect([policy.status, policy.text.includes(tooLarge)]).toEqual([400, true])

    const other = idOf(await sendRegistration(browser))
    const saved = await (await browser.get(`/o/applications/${other}/policy`)).submit({ jwks: keys })
    expect(saved.status).toBe(303)
    const update = await (await browser.get(`/o/applications/${other}/update`)).submit(large)
    expect([update.status, update.text.includes(tooLarge)]).toEqual([400, true])
  })

  it('is limited for all of one person together', async () => {
    const browser = await withQuotas({ applicationBytes: 100_000 }).signedIn(await person())
    const large = { redirect_uris: uris(20, 2000) }
    expect((await sendRegistration(browser, large)).status).toBe(200)
    expect((await sendRegistration(browser, large)).status).toBe(200)
    const refused = await sendRegistration(browser, large)
    expect([refused.status, refused.text.includes('may take 97 KiB together')]).toEqual([400, true])
    const small = await sendRegistration(browser)
    expect(small.status).toBe(200)
    const update = await (await browser.get(`/o/applications/${idOf(small)}/update`)).submit(large)
    expect([update.status, update.text.includes('may take 97 KiB together')]).toEqual([400, true])
  })
})

describe('the number of browsers in which a person is signed in', () => {
  it('is limited: the session that was unused for the longest time ends', async () => {
    const server = withQuotas({ sessions: 3 })
    const user = await person()
    const browsers = []
    for (let i = 0; i < 5; i++) {
      server.now += 400
      browsers.push(await server.signedIn(user))
      // The first one stays in use.
      await browsers[0]?.get('/account')
    }
    const isIn = await Promise.all(
      browsers.map(async (browser) => (await browser.get('/account')).status === 200),
    )
    expect(isIn).toEqual([true, false, false, true, true])
  })

  it('is limited within one second too, and never ends the newest', async () => {
    const server = withQuotas({ sessions: 3 })
    const user = await person()
    for (let i = 0; i < 6; i++) {
      const browser = await server.signedIn(user)
      expect((await browser.get('/account')).status).toBe(200)
    }
    const live = `SELECT count(*) AS n FROM sessions WHERE user_id = ?`
    expect(await env.DB.prepare(live).bind(user.id).first('n')).toBe(3)
  })
})
