import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Browser, Page } from '../browser.ts'
import { counted, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

beforeAll(applySchema)
afterEach(() => vi.restoreAllMocks())

const newPassword = 'a wholly different one'
let server: Server
let people = 0
let username = ''
let email = ''

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  username = `forgetful${people++}`
  email = `${username}@example.com`
  await addUser(username)
})

const ask = async (account: string, on: Server = server): Promise<Page> =>
  (await on.browser().get('/password-reset')).submit({ account })

const signIn = async (typed: string, on: Server = server) =>
  (await (await on.browser().get('/login')).submit({ username, password: typed })).status

describe('a forgotten password', () => {
  it.each([
    ['by username', () => username.toUpperCase()],
    ['by address', () => ` ${email.toUpperCase()}`],
  ])('is reset by mail, requested %s', async (_, account) => {
    const earlier = await server.signedIn({ username, id: '', email, role: 'user', createdAt: 0 })
    const login = await server.browser().get('/login')
    expect(login.html).toContain('href="/password-reset"')
    const sent = await ask(account())
    expect([sent.status, sent.location]).toEqual([303, '/password-reset/sent'])

    const form = await server.browser().get(await linkTo(email))
    expect(form.html).toContain('autocomplete="new-password"')
    expect(form.html).toMatch(/name="username" value="\w+" autocomplete="username"/)
    const done = await form.submit({ password: newPassword })
    expect([done.status, done.location]).toEqual([303, '/password-reset/done'])
    expect((await server.browser().get('/password-reset/done')).text).toContain('Your password is changed')

    expect(await signIn(password)).toBe(400)
    expect(await signIn(newPassword)).toBe(303)
    expect((await earlier.get('/')).html).not.toContain('Sign out')
    expect((await mailsTo(email)).map(({ subject }) => subject)).toEqual([
      'Choose a new password',
      'Your password was changed',
    ])
  })

  it('is not changed by opening the link: mail scanners follow links', async () => {
    await ask(username)
    const link = await linkTo(email)
    for (let i = 0; i < 3; i++) expect((await server.browser().get(link)).status).toBe(200)
    await server.fetch(link, { method: 'HEAD' })
    expect(await signIn(password)).toBe(303)
    expect((await (await server.browser().get(link)).submit({ password: newPassword })).status).toBe(303)
  })

  it('signs nobody in: a second factor is asked for at sign-in', async () => {
    await ask(username)
    const browser = server.browser()
    await (await browser.get(await linkTo(email))).submit({ password: newPassword })
    expect(browser.cookies.has('latchkey-session')).toBe(false)
  })

  it('unlocks the account, and confirms its address', async () => {
    for (let i = 0; i < 5; i++) await signIn('wrong password')
    expect(await signIn(password)).toBe(429)
    await ask(username)
    await (await server.browser().get(await linkTo(email))).submit({ password: newPassword })
    expect(await signIn(newPassword)).toBe(303)
    const user = await env.DB.prepare('SELECT email_verified_at FROM users WHERE username = ?')
      .bind(username)
      .first()
    expect(user).toEqual({ email_verified_at: server.now })
  })

  it('is an audit event, requested and done, without the link', async () => {
    await ask(username)
    const link = await linkTo(email)
    await (await server.browser().get(link)).submit({ password: newPassword })
    const events = await env.DB.prepare(
      'SELECT e.* FROM audit_events e JOIN users u ON u.id = e.user_id WHERE u.username = ? ORDER BY e.type',
    )
      .bind(username)
      .all<{ type: string }>()
    const types = events.results.map(({ type }) => type)
    expect(types).toEqual(['password_reset', 'password_reset_requested'])
    const everything = JSON.stringify(await env.DB.prepare('SELECT * FROM mail_tokens').all())
    const token = link.split('token=')[1] ?? 'missing'
    expect(everything + JSON.stringify(events)).not.toContain(token)
  })

  it('keeps the token out of the log, and out of what is sent to other sites', async () => {
    const lines: string[] = []
    vi.spyOn(console, 'log').mockImplementation((line) => lines.push(String(line)))
    await ask(username)
    const link = await linkTo(email)
    const token = link.split('token=')[1] ?? 'missing'
    const form = await server.browser().get(link)
    expect(form.headers.get('Referrer-Policy')).toBe('same-origin')
    expect(form.html).not.toMatch(/(href|src)="(https?:)?\/\//)
    await form.submit({ password: newPassword })
    await form.submit({ password: newPassword })
    await server.browser().get(link)
    const foreign = form.forms[0]?.fields ?? {}
    await server.browser().post('/password-reset/password', foreign, { Origin: 'https://evil.example' })
    expect(lines.join()).not.toContain(token)
  })

  it('names the error in the new one, and never shows it again', async () => {
    await ask(username)
    const form = await server.browser().get(await linkTo(email))
    const page = await form.submit({ password: 'short' })
    expect(page.status).toBe(400)
    expect(page.html).toContain('<title>Error: ')
    expect(page.html).not.toContain('value="short"')
    expect((await page.submit({ password: newPassword })).status).toBe(303)
  })
})

describe('a link', () => {
  it('works once', async () => {
    await ask(username)
    const form = await server.browser().get(await linkTo(email))
    expect((await form.submit({ password: newPassword })).status).toBe(303)
    const again = await form.submit({ password: 'another one again' })
    expect(again.status).toBe(404)
    expect(again.text).toContain('This link no longer works')
    expect(await signIn(newPassword)).toBe(303)
  })

  it('used by eight at once changes the password once', async () => {
    await ask(username)
    const link = await linkTo(email)
    const forms = await Promise.all(Array.from({ length: 8 }, () => server.browser().get(link)))
    const answers = await Promise.all(
      forms.map((form, i) => form.submit({ password: `password number ${i}` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404, 404, 404, 404, 404, 404, 404])
    const winner = answers.findIndex(({ status }) => status === 303)
    expect(await signIn(`password number ${winner}`)).toBe(303)
    const events = await env.DB.prepare(
      `SELECT 1 FROM audit_events e JOIN users u ON u.id = e.user_id
       WHERE u.username = ? AND e.type = 'password_reset'`,
    )
      .bind(username)
      .all()
    expect(events.results).toHaveLength(1)
  })

  it.each([
    ['every batch executed twice', everyBatchTwice],
    ['every first answer lost', everyFirstAnswerLost],
  ])('works with %s', async (_, fault) => {
    const faulty = startServer({ bindings: { DB: fault() } })
    expect((await ask(username, faulty)).status).toBe(303)
    expect(await mailsTo(email)).toHaveLength(1)
    const form = await faulty.browser().get(await linkTo(email))
    expect((await form.submit({ password: newPassword })).status).toBe(303)
    expect((await form.submit({ password: 'another one again' })).status).toBe(404)
    expect(await signIn(newPassword)).toBe(303)
  })

  it('works for an hour', async () => {
    await ask(username)
    const link = await linkTo(email)
    server.now += 3599
    const form = await server.browser().get(link)
    expect(form.status).toBe(200)
    server.now += 1
    expect((await server.browser().get(link)).status).toBe(404)
    expect((await form.submit({ password: newPassword })).status).toBe(404)
  })

  it('is replaced by the next one', async () => {
    await ask(username)
    const earlier = await server.browser().get(await linkTo(email))
    await ask(username)
    expect((await earlier.submit({ password: newPassword })).status).toBe(404)
    expect((await server.browser().get(await linkTo(email))).status).toBe(200)
  })

  it.each([
    ['the address changes', 'UPDATE users SET email = ? || id WHERE username = ?', 'other@example.com'],
    ['the account is suspended', 'UPDATE users SET suspended_at = ? WHERE username = ?', 1],
  ])('is invalid when %s', async (_, sql, value) => {
    await ask(username)
    const form = await server.browser().get(await linkTo(email))
    await env.DB.prepare(sql).bind(value, username).run()
    expect((await form.submit({ password: newPassword })).status).toBe(404)
  })

  it.each(['', 'x', 'A'.repeat(43)])('that is made up (%j) opens nothing', async (token) => {
    expect((await server.browser().get(`/password-reset/password?token=${token}`)).status).toBe(404)
  })
})

describe('asking', () => {
  it('gets one answer and the same work, known or unknown', async () => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(async () => new Response('{}'))
    const count = counted()
    const mail = {
      mailer: 'http',
      from: 'id@a.example',
      apiUrl: 'https://mail.example',
      apiToken: 'x',
    } as const
    const watched = startServer({ bindings: { DB: count.db }, config: { mail } })
    const observe = async (account: string) => {
      const form = await watched.browser().get('/password-reset')
      count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
      const { status, location, html } = await form.submit({ account })
      return { status, location, html, ...count.counts }
    }
    const known = await observe(username)
    // One write follows the answer: the mail is claimed.
    expect(known).toMatchObject({ status: 303, reads: 1, writes: 3 })
    for (const account of ['nobody', 'nobody@example.com'])
      expect(await observe(account)).toEqual({ ...known, writes: 2 })
    expect(await observe(email)).toEqual(known)
    expect(fetch).toHaveBeenCalledTimes(2)
  })

  it('repeatedly has to wait, known or unknown', async () => {
    for (const account of [username, 'nobody-at-all']) {
      for (let i = 0; i < 3; i++) expect((await ask(account)).status).toBe(303)
      const page = await ask(account)
      expect([page.status, page.headers.get('Retry-After')]).toEqual([429, '2'])
      expect(page.html).toContain(`value="${account}"`)
    }
    expect(await mailsTo(email)).toHaveLength(3)
    expect(await signIn(password)).toBe(303)
  })

  it('goes to the person who confirmed the address, even if another person has it as a username', async () => {
    const owner = `owner${people++}`
    const address = `${owner}@example.com`
    await addUser(owner)
    await env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE username = ?').bind(owner).run()
    const squatter = await addUser(address)
    await ask(address)
    expect(await mailsTo(address)).toHaveLength(1)
    expect(await mailsTo(squatter.email ?? '')).toHaveLength(0)
  })

  it('sends nothing to a suspended person, or one without an address', async () => {
    await env.DB.prepare('UPDATE users SET suspended_at = 1 WHERE username = ?').bind(username).run()
    expect((await ask(username)).location).toBe('/password-reset/sent')
    expect(await mailsTo(email)).toHaveLength(0)
    await env.DB.prepare('UPDATE users SET suspended_at = NULL, email = NULL WHERE username = ?')
      .bind(username)
      .run()
    expect((await ask(username)).location).toBe('/password-reset/sent')
  })

  it('by a form from another site is refused', async () => {
    const browser = server.browser()
    const fields = { ...(await browser.get('/password-reset')).forms[0]?.fields, account: username }
    const page = await browser.post('/password-reset', fields, { Origin: 'https://evil.example' })
    expect(page.status).toBe(403)
    expect(await mailsTo(email)).toHaveLength(0)
  })
})

function browserAt(address: string): Browser {
  const browser = server.browser()
  browser.address = address
  return browser
}

const askFrom = async (browser: Browser, account: string) =>
  (await (await browser.get('/password-reset')).submit({ account })).status

const count = async () => (await mailsTo(email)).length

describe('strangers who request a new password for another person', () => {
  it('are slowed by address block, and the owner is not', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push(await askFrom(browserAt(`2001:db8:1:1::${i}`), username))
    expect(statuses).toEqual([303, 303, 303, 429, 429])
    expect(await askFrom(browserAt('198.51.100.1'), username)).toBe(303)
    expect(await askFrom(browserAt('198.51.100.1'), email)).toBe(303)
    expect(await count()).toBe(5)
  })

  it('send at most one mail in half an hour, and a link in it always works', async () => {
    for (let i = 0; i < 30; i++) {
      expect(await askFrom(browserAt(`192.0.2.${i}`), i % 2 === 0 ? username : email)).toBe(303)
    }
    expect(await count()).toBe(20)
    const end = server.now + 6 * 3600
    for (let i = 0; server.now < end; i++, server.now += 60)
      await askFrom(browserAt(`203.0.113.${i % 250}`), email)
    expect(await count()).toBeLessThan(20 + 6 + 2 * 6)
    expect(await askFrom(browserAt('198.51.100.1'), username)).toBe(303)
    const page = await browserAt('198.51.100.1').get(await linkTo(email))
    expect((await page.submit({ password: 'a wholly different one' })).location).toBe('/password-reset/done')
  })

  it('do not stop the mail for a browser that the account knows', async () => {
    const owner = browserAt('198.51.100.1')
    await (await owner.get('/login')).submit({ username, password: 'correct horse battery' })
    await (await owner.get('/logout')).submit({})
    for (let i = 0; i < 21; i++) await askFrom(browserAt(`192.0.2.${i}`), username)
    expect(await count()).toBe(20)
    expect(await askFrom(owner, username)).toBe(303)
    expect(await count()).toBe(21)
  })

  it('do not learn which address belongs to whom', async () => {
    for (let i = 0; i < 3; i++) await askFrom(browserAt('192.0.2.1'), username)
    expect(await askFrom(browserAt('192.0.2.1'), email)).toBe(303)
  })
})

describe('an address that somebody took as their username', () => {
  it('finds only its owner', async () => {
    await env.DB.prepare('UPDATE users SET email = ? WHERE username = ?')
      .bind('victim@corp.example', username)
      .run()
    const thief = await addUser(`thief${people++}`)
    await env.DB.prepare('UPDATE users SET username = ?1, username_key = ?1 WHERE id = ?2')
      .bind('victim@corp.example', thief.id)
      .run()
    await askFrom(browserAt('192.0.2.1'), 'victim@corp.example')
    expect(await mailsTo('victim@corp.example')).toHaveLength(1)
    expect(await mailsTo(thief.email ?? '')).toHaveLength(0)
  })

  it('sends nothing when nobody has it as an address', async () => {
    const thief = await addUser(`thief${people++}`)
    await env.DB.prepare('UPDATE users SET username = ?1, username_key = ?1 WHERE id = ?2')
      .bind('nobody@corp.example', thief.id)
      .run()
    expect(await askFrom(browserAt('192.0.2.1'), 'nobody@corp.example')).toBe(303)
    expect(await mailsTo(thief.email ?? '')).toHaveLength(0)
  })
})
