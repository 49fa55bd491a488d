import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { addUser, applySchema, password, startedAt, startServer } from '../server.ts'

const config = { mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
const server = startServer({ config })
let root: Browser
let people = 0
let username = ''

beforeAll(applySchema)

beforeEach(async () => {
  server.now = startedAt
  root = await server.signedIn(await addUser(`root${people}`, 'administrator'))
  username = `new${people++}`
})

const path = '/admin/users/new'
const create = async (typed: Record<string, string>, browser = root) =>
  (await browser.get(path)).submit({ username, ...typed })

const found = (name = username) =>
  env.DB.prepare('SELECT id, email, role, password_hash, email_verified_at FROM users WHERE username = ?')
    .bind(name)
    .first()

const events = async () =>
  env.DB.prepare(`SELECT count(*) AS n FROM audit_events WHERE type = 'user_created' AND detail = ?`)
    .bind((await found())?.id ?? '')
    .first('n')

async function signIn(typed: string): Promise<number> {
  return (await (await server.browser().get('/login')).submit({ username, password: typed })).status
}

describe('an account created by an administrator', () => {
  it('with a password is active at once', async () => {
    const answer = await create({ password })
    expect([answer.status, answer.location]).toEqual([
      303,
      `/admin/users/${(await found())?.id}?saved=user_created`,
    ])
    expect(await found()).toMatchObject({ role: 'user', email: null })
    expect(await signIn(password)).toBe(303)
    expect(await events()).toBe(1)
  })

  it('without one waits for the mailed link, which confirms the address', async () => {
    const email = `${username}@example.org`
    await create({ email })
    expect(await found()).toMatchObject({ email, password_hash: '', email_verified_at: null })
    expect(await signIn('')).not.toBe(303)
    expect((await mailsTo(email)).at(-1)?.subject).toBe('An account was created for you')
    const page = await server.browser().get(await linkTo(email))
    await page.submit({ password: 'nobody else has this one' })
    expect(await signIn('nobody else has this one')).toBe(303)
    expect((await found())?.email_verified_at).not.toBeNull()
  })

  it.each([
    ['every batch twice', everyBatchTwice],
    ['every first answer lost', everyFirstAnswerLost],
  ])('is created once with %s, and the link works once', async (_, fault) => {
    const email = `${username}@example.org`
    const form = await carriedTo(startServer({ config, bindings: { DB: fault() } }), root).get(path)
    const typed = { username, email }
    expect([(await form.submit(typed)).status, (await form.submit(typed)).status]).toEqual([303, 303])
    expect(await events()).toBe(1)
    const link = await linkTo(email)
    expect(new Set((await mailsTo(email)).map(({ text }) => text)).size).toBe(1)
    await (await server.browser().get(link)).submit({ password: 'nobody else has this one' })
    await env.DB.prepare('DELETE FROM mail_tokens').run()
    await form.submit(typed)
    expect((await server.browser().get(link)).status).toBe(404)
  })

  it('sent again after the person was deleted creates nobody', async () => {
    const form = await root.get(path)
    await form.submit({ username, password })
    await env.DB.prepare('DELETE FROM users WHERE username = ?').bind(username).run()
    expect((await form.submit({ username, password })).status).toBe(404)
    expect(await found()).toBeNull()
  })

  it('takes no existing name, also for two at once', async () => {
    const before = await addUser(username)
    const refused = await create({ username: username.toUpperCase(), email: 'x@example.org', password })
    expect([refused.status, refused.text.includes('This name is taken.')]).toEqual([400, true])
    expect(refused.forms[0]?.fields).toMatchObject({
      username: username.toUpperCase(),
      email: 'x@example.org',
    })
    expect(refused.html).not.toContain(password)
    expect((await found())?.id).toBe(before.id)
    username = `both${people}`
    const forms = await Promise.all([root.get(path), root.get(path)])
    const answers = await Promise.all(forms.map((form) => form.submit({ username, password })))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400])
    expect(await events()).toBe(1)
  })

  it.each([
    [{ username: '' }, 'username'],
    [{ username: '' }, 'password'],
    [{ email: 'nowhere', password }, 'email'],
    [{ password: 'short' }, 'password'],
    [{}, 'password'],
  ])('%o is refused with its reason', async (typed, field) => {
    const refused = await create(typed)
    expect(refused.status).toBe(400)
    expect(refused.html).toContain(`id="${field}-problem"`)
    expect(await found()).toBeNull()
  })

  it('needs a password where no mail can be sent', async () => {
    const silent = carriedTo(startServer({ config: { mail: { ...config.mail, mailer: 'off' } } }), root)
    expect((await create({ email: 'a@example.org' }, silent)).status).toBe(400)
    expect((await create({ email: 'a@example.org', password }, silent)).status).toBe(303)
  })

  it('is not created by a former administrator', async () => {
    const other = await addUser(`other${people}`, 'administrator')
    const browser = await server.signedIn(other)
    const form = await browser.get(path)
    const demote = () => env.DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(other.id).run()
    const racing = carriedTo(startServer({ config, bindings: { DB: betweenReadAndWrite(demote) } }), browser)
    expect((await racing.post(path, { ...form.forms[0]?.fields, username, password })).status).toBe(404)
    expect(await found()).toBeNull()
    expect((await browser.get(path)).status).toBe(404)
  })

  it('needs a recent sign-in, and what was typed is shown again afterwards', async () => {
    const form = await root.get(path)
    server.now += 3600
    const answer = await form.submit({ username, email: 'a@example.org', password })
    expect(answer.location).toContain('/login')
    expect(answer.location).not.toContain(encodeURIComponent(password).slice(0, 7))
    const next = new URL(answer.location ?? '', 'http://localhost').searchParams.get('next') ?? ''
    await (await root.get(answer.location ?? '')).submit({ username: `root${people - 1}`, password })
    expect((await root.get(next)).forms[0]?.fields).toMatchObject({ username, email: 'a@example.org' })
    expect(await found()).toBeNull()
  })
})
