import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { beforeFirstWrite, everyBatchTwice } from '../faults.ts'
import { linkTo } from '../mails.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let owner: User

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  owner = await addUser(`owner${people++}`)
})

function browserAt(address: string, on: Server = server): Browser {
  const browser = on.browser()
  browser.address = address
  return browser
}

const signIn = async (browser: Browser, typed = password) =>
  (await (await browser.get('/login')).submit({ username: owner.username, password: typed })).status

/** Five wrong passwords from one address, and the maximum from all addresses. */
async function lock(): Promise<void> {
  for (let i = 0; i < 5; i++) await signIn(browserAt('198.51.100.1'), 'wrong password')
  await env.DB.prepare("UPDATE sign_in_attempts SET attempts = 99 WHERE subject GLOB 'account:*'").run()
  await signIn(browserAt('192.0.2.1'), 'wrong password')
  expect(await signIn(browserAt('203.0.113.1'))).toBe(429)
}

describe('the link in the notice', () => {
  it('gives its browser attempts of its own, and signs nobody in', async () => {
    await lock()
    const browser = browserAt('198.51.100.1')
    const page = await browser.get(await linkTo(owner.email ?? ''))
    expect(page.text).toContain(owner.username)
    expect(await signIn(browser)).toBe(429)
    const done = await page.submit({})
    expect([done.status, done.location]).toEqual([303, '/login'])
    expect((await browser.get('/')).html).not.toContain('Sign out')
    for (let i = 0; i < 5; i++) expect(await signIn(browser, 'wrong password')).toBe(400)
    expect(await signIn(browser)).toBe(429)
    server.now += 2
    expect(await signIn(browser)).toBe(303)
  })

  it('opened twice gives one budget', async () => {
    await lock()
    const link = await linkTo(owner.email ?? '')
    const browsers = [browserAt('192.0.2.2'), browserAt('192.0.2.3')]
    for (const browser of browsers) await (await browser.get(link)).submit({})
    for (let i = 0; i < 5; i++) await signIn(browsers[0] ?? server.browser(), 'wrong password')
    expect(await signIn(browsers[1] ?? server.browser())).toBe(429)
  })

  it.each([
    ['for another person', (link: string) => link.replace(/token=[\w-]+\./, 'token=somebody.')],
    ['that was changed', (link: string) => `${link.slice(0, -2)}${link.endsWith('AA') ? 'BB' : 'AA'}`],
    ['with a later end', (link: string) => link.replace(/\.(1[0-9]{9})\./, (_, at) => `.${Number(at) + 1}.`)],
    ['for nothing', () => '/login/browser'],
  ])('is invalid %s', async (_, change) => {
    await lock()
    const link = await linkTo(owner.email ?? '')
    expect((await server.browser().get(link)).status).toBe(200)
    const browser = browserAt('192.0.2.2')
    expect((await browser.get(change(link))).status).toBe(404)
    expect(browser.cookies.has('latchkey-known')).toBe(false)
  })

  it('expires after a week, and with a new password', async () => {
    await lock()
    const link = await linkTo(owner.email ?? '')
    server.now += 7 * 86_400 - 1
    const page = await server.browser().get(link)
    expect(page.status).toBe(200)
    server.now += 1
    expect((await server.browser().get(link)).status).toBe(404)
    expect((await page.submit({})).status).toBe(404)
    server.now -= 10
    await env.DB.prepare("UPDATE users SET password_hash = '' WHERE id = ?").bind(owner.id).run()
    expect((await server.browser().get(link)).status).toBe(404)
  })
})

describe('an administrator', () => {
  it.each([
    ['', {}],
    [' with every batch executed twice', { bindings: { DB: everyBatchTwice() } }],
  ])('unlocks an account, without any mail%s', async (_, options) => {
    const mail = { mailer: 'off', from: '', apiUrl: '', apiToken: '' } as const
    server = startServer({ ...options, config: { mail } })
    await lock()
    const admin = await server.signedIn(await addUser(`admin${people++}`, 'administrator'))
    const page = await admin.get(`/admin/users/${owner.id}`)
    expect(page.text).toContain('100 failed attempts from browsers that this account has never used')
    expect(page.html).toContain(`/admin/users/${owner.id}/lock`)
    const ask = await admin.get(`/admin/users/${owner.id}/lock`)
    expect((await ask.submit({})).location).toBe(`/admin/users/${owner.id}?saved=account_unlocked`)
    expect((await admin.get(`/admin/users/${owner.id}`)).html).not.toContain(`/admin/users/${owner.id}/lock`)
    const { results } = await env.DB.prepare(
      "SELECT detail FROM audit_events WHERE type = 'account_unlocked' AND detail = ?",
    )
      .bind(owner.id)
      .all()
    expect(results).toHaveLength(1)
    expect(await signIn(browserAt('198.51.100.1'))).toBe(303)
  })

  it('unlocks once by one form', async () => {
    const admin = await server.signedIn(await addUser(`admin${people++}`, 'administrator'))
    const ask = await admin.get(`/admin/users/${owner.id}/lock`)
    await ask.submit({})
    await lock()
    await ask.submit({})
    expect(await signIn(browserAt('198.51.100.1'))).toBe(429)
  })

  it('without the role unlocks nothing', async () => {
    const user = await addUser(`admin${people++}`, 'administrator')
    const admin = await server.signedIn(user)
    const ask = await admin.get(`/admin/users/${owner.id}/lock`)
    await lock()
    await env.DB.prepare("UPDATE users SET role = 'support' WHERE id = ?").bind(user.id).run()
    expect((await ask.submit({})).status).toBe(404)
    expect(await signIn(browserAt('198.51.100.1'))).toBe(429)
  })

  it('records nothing about a person who was deleted in the meantime', async () => {
    const admin = await server.signedIn(await addUser(`admin${people++}`, 'administrator'))
    const path = `/admin/users/${owner.id}/lock`
    const fields = (await admin.get(path)).forms[0]?.fields ?? {}
    const remove = () => env.DB.prepare('DELETE FROM users WHERE id = ?').bind(owner.id).run()
    const racing = startServer({ bindings: { DB: beforeFirstWrite(remove) } })
    expect((await carriedTo(racing, admin).post(path, fields)).status).toBe(404)
    const noted = await env.DB.prepare('SELECT 1 AS n FROM audit_events WHERE detail = ?').bind(owner.id)
    expect(await noted.first()).toBeNull()
  })
})
