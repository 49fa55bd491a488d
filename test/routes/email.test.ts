import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashSecret, readSecret } from '../../src/secrets/secret.ts'
import { write } from '../../src/store/database.ts'
import { confirmEmail } from '../../src/store/people/email-changes.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser } from '../browser.ts'
import { counted, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { addUser, applySchema, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let user: User
let email = ''
let browser: Browser

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  user = await addUser(`person${people++}`)
  email = user.email ?? ''
  browser = await server.signedIn(user)
})

const stored = () =>
  env.DB.prepare('SELECT email, email_verified_at FROM users WHERE id = ?')
    .bind(user.id)
    .first<{ email: string; email_verified_at: number | null }>()

/** The form that requests a link to the current address. */
async function sendAgain(by: Browser = browser) {
  const page = await by.get('/account/email')
  const form = page.forms.find(({ action }) => action === '/account/email/verification')
  return by.post('/account/email/verification', form?.fields ?? {})
}

const change = async (to: string, by: Browser = browser) =>
  (await by.get('/account/email')).submit({ email: to })

const confirm = async (link: string, by: Browser = browser) =>
  (await by.get(link)).submit({ token: link.slice(-43) })

describe('an address', () => {
  it('is confirmed by using the link in the mail, not by opening it', async () => {
    expect((await browser.get('/account/email')).text).toContain('not confirmed yet')
    const sent = await sendAgain()
    expect([sent.status, sent.location]).toEqual([303, '/account/email?sent='])
    expect((await browser.get(sent.location)).text).toContain('We sent a link')
    const link = await linkTo(email)
    for (let i = 0; i < 3; i++) expect((await browser.get(link)).text).toContain(email)
    expect((await stored())?.email_verified_at).toBeNull()
    expect((await confirm(link)).location).toBe('/account/email')
    expect(await stored()).toEqual({ email, email_verified_at: server.now })
    expect((await browser.get('/account/email')).text).toContain(`${email} : confirmed`)
    expect((await confirm(link).catch(() => undefined))?.status).not.toBe(303)
  })

  it('changes once the new one is confirmed; the old one gets a notice', async () => {
    const next = `new-${email}`
    expect((await change(next)).status).toBe(303)
    expect((await stored())?.email).toBe(email)
    expect((await browser.get('/account/email')).text).toContain(`We sent a link to ${next}`)
    expect((await mailsTo(email)).map(({ subject }) => subject)).toEqual([
      'Your email address is about to change',
    ])
    expect((await mailsTo(email))[0]?.text).not.toMatch(/token=/)
    await confirm(await linkTo(next))
    expect(await stored()).toEqual({ email: next, email_verified_at: server.now })
    const events = await env.DB.prepare(
      `SELECT type FROM audit_events WHERE user_id = ? AND type LIKE 'email%' ORDER BY type`,
    )
      .bind(user.id)
      .all<{ type: string }>()
    expect(events.results.map(({ type }) => type)).toEqual(['email_changed', 'email_link_sent'])
  })

  it('that was changed in the meantime is not confirmed by the link to the one before', async () => {
    await sendAgain()
    const link = await linkTo(email)
    const form = await browser.get(link)
    await env.DB.prepare('UPDATE users SET email = ? WHERE id = ?').bind(`other-${email}`, user.id).run()
    expect((await form.submit({ token: link.slice(-43) })).status).toBe(404)
    expect(await stored()).toEqual({ email: `other-${email}`, email_verified_at: null })
  })

  it('is not confirmed either when it changes between opening and using the link', async () => {
    await sendAgain()
    const secret = readSecret('mail', (await linkTo(email)).slice(-43))
    if (secret === undefined) throw new Error('No link was mailed')
    const use = {
      hash: hashSecret(secret),
      purpose: 'email_verification',
      attemptId: 'attempt',
      userId: user.id,
      email,
    } as const
    await env.DB.prepare('UPDATE users SET email = ? WHERE id = ?').bind(`other-${email}`, user.id).run()
    await write(env.DB, confirmEmail(env.DB, use, 'reference', server.now), {})
    expect(await stored()).toEqual({ email: `other-${email}`, email_verified_at: null })
  })

  it('needs a recent sign-in to change, since it gives access to the account', async () => {
    const form = await browser.get('/account/email')
    server.now += 601
    const page = await form.submit({ email: 'thief@example.com' })
    expect(page.location).toMatch(/^\/login\?next=%2Faccount%2Femail%3Fkept.*&again=$/)
    expect(await mailsTo('thief@example.com')).toHaveLength(0)
  })

  it('is validated, and stored as it was typed', async () => {
    const page = await change('not an address')
    expect(page.status).toBe(400)
    expect(page.html).toContain('<title>Error: ')
    expect(page.html).toContain('value="not an address"')
  })

  it("can't be flooded with mail by anybody", async () => {
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push((await change('victim@example.com')).status)
    expect(statuses).toEqual([303, 303, 303, 429, 429])
    expect(await mailsTo('victim@example.com')).toHaveLength(3)
  })

  it('without a mailer is stored as typed, and unconfirmed', async () => {
    const mail = { mailer: 'off', from: '', apiUrl: '', apiToken: '' } as const
    const off = startServer({ config: { mail } })
    await change(`typed-${email}`, await off.signedIn(user))
    expect(await stored()).toEqual({ email: `typed-${email}`, email_verified_at: null })
  })
})

describe('an address that another person has confirmed', () => {
  let owner: User
  beforeEach(async () => {
    owner = await addUser(`owner${people++}`)
    await env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(owner.id).run()
  })

  it('gets the same answer and the same work as a free one, and the owner a notice without a link', async () => {
    const count = counted()
    const watched = startServer({
      bindings: { DB: count.db },
    })
    const by = await watched.signedIn(user)
    const observe = async (to: string) => {
      const form = await by.get('/account/email')
      count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
      const { status, location } = await form.submit({ email: to })
      return { status, location, ...count.counts }
    }
    const free = await observe(`free-${email}`)
    expect(await observe((owner.email ?? '').toUpperCase())).toEqual(free)
    const mails = await mailsTo(owner.email ?? '')
    expect(mails.map(({ subject }) => subject)).toEqual(['You already have an account'])
    expect(mails[0]?.text).not.toMatch(/token=/)
  })

  it('still belongs to them in the meantime', async () => {
    const address = `both-${email}`
    await change(address)
    const link = await linkTo(address)
    await env.DB.prepare('UPDATE users SET email = ? WHERE id = ?').bind(address, owner.id).run()
    const page = await confirm(link)
    expect(page.status).toBe(409)
    expect(page.text).toContain('This address already belongs to an account')
    expect((await stored())?.email).toBe(email)
  })

  it('is confirmed by one of two people at once', async () => {
    const address = `race-${email}`
    const other = await addUser(`rival${people++}`)
    const rival = await server.signedIn(other)
    await change(address)
    const [mine] = [await linkTo(address)]
    await change(address, rival)
    const theirs = await linkTo(address)
    const answers = await Promise.all([confirm(mine), confirm(theirs, rival)])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    const { results } = await env.DB.prepare('SELECT 1 FROM users WHERE email = ?').bind(address).all()
    expect(results).toHaveLength(1)
  })
})

describe('a link', () => {
  it('works once', async () => {
    await change(`once-${email}`)
    const link = await linkTo(`once-${email}`)
    const form = await browser.get(link)
    const answers = await Promise.all([1, 2, 3, 4].map(() => form.submit({ token: link.slice(-43) })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 404, 404, 404])
  })

  it.each([
    ['every batch executed twice', everyBatchTwice],
    ['every first answer lost', everyFirstAnswerLost],
  ])('works with %s', async (_, fault) => {
    const faulty = startServer({ bindings: { DB: fault() } })
    const by = await faulty.signedIn(user)
    await change(`fault-${email}`, by)
    expect((await confirm(await linkTo(`fault-${email}`), by)).status).toBe(303)
    expect((await stored())?.email).toBe(`fault-${email}`)
  })

  it('is for its own account: a stranger’s link never gets the address of the person who clicks', async () => {
    await sendAgain()
    const link = await linkTo(email)
    const somebody = await server.signedIn(await addUser(`clicker${people++}`))
    expect((await somebody.get(link)).status).toBe(404)
    const fields = (await browser.get(link)).forms[0]?.fields ?? {}
    const form_token = (await somebody.get('/account/email')).forms[0]?.fields.form_token ?? ''
    expect((await somebody.post('/account/email/confirmation', { ...fields, form_token })).status).toBe(404)
    const visitor = await server.browser().get(link)
    expect(visitor.location).toBe(`/login?next=${encodeURIComponent(link)}`)
    expect((await stored())?.email_verified_at).toBeNull()
  })

  it('expires after an hour, with a new one, and with a new password', async () => {
    await change(`late-${email}`)
    const link = await linkTo(`late-${email}`)
    await change(`later-${email}`)
    expect((await browser.get(link)).status).toBe(404)
    const latest = await linkTo(`later-${email}`)
    expect((await browser.get(latest)).status).toBe(200)
    await (await server.browser().get('/password-reset')).submit({ account: user.username })
    await (await server.browser().get(await linkTo(email))).submit({ password: 'seven blue lamps' })
    const { results } = await env.DB.prepare(
      'SELECT 1 FROM mail_tokens WHERE user_id = ? AND used_by IS NULL',
    )
      .bind(user.id)
      .all()
    expect(results).toHaveLength(0)
  })
})
