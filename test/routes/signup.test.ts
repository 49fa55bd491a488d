import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Page } from '../browser.ts'
import { beforeFirstWrite, counted, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { authorizePath } from '../flow.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { addClient, addUser, applySchema, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

const newPassword = 'seven green lamps'
const open = { signUp: 'open' } as const
const byInvitation = { signUp: 'invitation' } as const
const noMail = { mail: { mailer: 'off', from: '', apiUrl: '', apiToken: '' } } as const

let server: Server
let people = 0
let username = ''
let email = ''

beforeEach(async () => {
  server = startServer({ config: open })
  await env.DB.batch([
    env.DB.prepare('DELETE FROM sign_in_attempts'),
    env.DB.prepare('DELETE FROM invitations'),
  ])
  username = `newcomer${people++}`
  email = `${username}@example.com`
})

const fill = (more: Record<string, string> = {}) => ({ username, email, password: newPassword, ...more })

const accounts = async (name = username) =>
  (await env.DB.prepare('SELECT * FROM users WHERE username_key = ?').bind(name.toLowerCase()).all()).results

describe('signing up', () => {
  // First, while this isolate has not read the list yet.
  it('does nothing while the list of common passwords can not be read, and works afterwards', async () => {
    const fetch = async (file: URL) =>
      file.pathname === '/common-passwords.json' ? new Response('', { status: 404 }) : env.ASSETS.fetch(file)
    const ASSETS = new Proxy(env.ASSETS, { get: (_, name) => (name === 'fetch' ? fetch : undefined) })
    const faulty = startServer({ config: open, bindings: { ASSETS } })
    const browser = faulty.browser()
    const form = await browser.get('/signup')
    expect((await form.submit(fill())).status).toBe(503)
    expect([await accounts(), await mailsTo(email)]).toEqual([[], []])
    const attempts = await env.DB.prepare('SELECT count(*) AS n FROM sign_in_attempts').first('n')
    expect(attempts).toBe(0)
    const working = await server.browser().get('/signup')
    expect((await working.submit(fill({ password: 'password1' }))).status).toBe(400)
    expect((await working.submit(fill())).status).toBe(303)
  })

  it('creates an account, signed in, and mails a link that confirms the address', async () => {
    const browser = server.browser()
    expect((await browser.get('/login')).html).toContain('href="/signup"')
    const form = await browser.get('/signup')
    for (const token of ['username', 'email', 'new-password'])
      expect(form.html).toContain(`autocomplete="${token}"`)
    const done = await form.submit(fill())
    expect([done.status, done.location]).toEqual([303, '/account/email?sent='])
    expect((await browser.get('/')).text).toContain(username)
    expect(await accounts()).toMatchObject([{ username, email, role: 'user', email_verified_at: null }])
    const link = await linkTo(email)
    await (await browser.get(link)).submit({ token: link.slice(-43) })
    expect(await accounts()).toMatchObject([{ email_verified_at: server.now }])
    const events = await env.DB.prepare(
      `SELECT type FROM audit_events e JOIN users u ON u.id = e.user_id WHERE u.username = ? ORDER BY type`,
    )
      .bind(username)
      .all<{ type: string }>()
    expect(events.results.map(({ type }) => type)).toEqual([
      'email_link_sent',
      'email_verified',
      'sign_in',
      'signed_up',
    ])
  })

  it('during an authorization returns to it, and the new sign-in counts', async () => {
    const registered = await addClient(await addUser(`developer${people++}`))
    const browser = server.browser()
    const authorize = `${authorizePath(registered)}&prompt=create`
    const toSignUp = await browser.get(authorize)
    expect(toSignUp.location).toMatch(/^\/signup\?next=%2Fo%2Fauthorize/)
    const form = await browser.get(toSignUp.location)
    expect(form.headers.get('Content-Security-Policy')).not.toContain('form-action')
    const back = await form.submit(fill())
    expect(back.location).toMatch(/^\/o\/authorize\?/)
    expect((await browser.get(back.location)).text).toContain('Authorize')
  })

  it('keeps the destination between signing in and signing up', async () => {
    const login = await server.browser().get('/login?next=%2Fo%2Fapplications')
    expect(login.html).toContain('href="/signup?next=%2Fo%2Fapplications"')
    const form = await server.browser().get('/signup?next=%2Fo%2Fapplications')
    expect(form.html).toContain('href="/login?next=%2Fo%2Fapplications"')
    expect((await form.submit(fill())).location).toBe('/o/applications')
  })

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example'])(
    'never redirects to %j',
    async (next) => {
      const page = await (await server.browser().get(`/signup?next=${encodeURIComponent(next)}`)).submit(
        fill(),
      )
      expect(page.location).toBe('/account/email?sent=')
    },
  )

  it('says what to fix, and keeps what was typed except the password', async () => {
    const page = await (await server.browser().get('/signup')).submit({
      username: 'a b',
      email: 'x',
      password: 'abc4567',
    })
    expect(page.status).toBe(400)
    expect(page.html).toContain('<title>Error: ')
    for (const field of ['username', 'email', 'password']) expect(page.html).toContain(`href="#${field}"`)
    expect(page.html).toContain('value="a b"')
    expect(page.html).not.toContain('abc4567')
    const empty = await (await server.browser().get('/signup')).submit(fill({ email: ' ' }))
    expect(empty.text).toContain('Enter your email address.')
  })

  it('sent twice creates one account, and is signed in both times', async () => {
    const browser = server.browser()
    const form = await browser.get('/signup')
    const answers = await Promise.all([form.submit(fill()), form.submit(fill())])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await accounts()).toHaveLength(1)
    // One mail, whose link works.
    const link = await linkTo(email)
    expect(await mailsTo(email)).toHaveLength(1)
    expect((await (await browser.get(link)).submit({})).location).toBe('/account/email')
    server.now += 61
    const later = await form.submit(fill())
    // A signed-in person continues, and creates no other account.
    expect([later.status, later.location]).toEqual([303, '/'])
    expect(await accounts()).toHaveLength(1)
  })

  it.each([
    ['every batch executed twice', everyBatchTwice],
    ['every first answer lost', everyFirstAnswerLost],
  ])('works with %s', async (_, fault) => {
    const faulty = startServer({ config: open, bindings: { DB: fault() } })
    const browser = faulty.browser()
    expect((await (await browser.get('/signup')).submit(fill())).status).toBe(303)
    expect((await browser.get('/')).text).toContain(username)
    expect(await mailsTo(email)).toHaveLength(1)
    expect(await accounts()).toHaveLength(1)
  })

  it('from another site is refused', async () => {
    const browser = server.browser()
    const fields = { ...(await browser.get('/signup')).forms[0]?.fields, ...fill() }
    expect((await browser.post('/signup', fields, { Origin: 'https://evil.example' })).status).toBe(403)
    expect(await accounts()).toHaveLength(0)
  })

  it('without a mailer creates an account with an unconfirmed address', async () => {
    const off = startServer({ config: { ...open, ...noMail } })
    expect((await (await off.browser().get('/signup')).submit(fill())).location).toBe('/')
    expect(await accounts()).toMatchObject([{ email, email_verified_at: null }])
  })
})

describe('a taken name', () => {
  it('is reported, in any spelling', async () => {
    await addUser(username)
    const page = await (await server.browser().get('/signup')).submit(
      fill({ username: username.toUpperCase() }),
    )
    expect(page.status).toBe(400)
    expect(page.text).toContain('This name is taken. Choose another.')
    expect(page.html).toContain(`value="${email}"`)
  })

  it('goes to one of eight people at once', async () => {
    const forms = await Promise.all(Array.from({ length: 8 }, () => server.browser().get('/signup')))
    const answers = await Promise.all(
      forms.map((form, i) => form.submit(fill({ email: `person${i}-${email}` }))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400, 400, 400, 400, 400, 400])
    expect(await accounts()).toHaveLength(1)
    const signedIn = answers.map(({ headers }) =>
      headers.getSetCookie().some((line) => line.includes('session=')),
    )
    expect(signedIn.filter(Boolean)).toHaveLength(1)
  })

  it('can’t be tried without limit', async () => {
    await addUser(username)
    const statuses: number[] = []
    for (let i = 0; i < 22; i++) {
      const form = await server.browser().get('/signup')
      statuses.push((await form.submit(fill({ email: `${i}-${email}` }))).status)
    }
    expect(statuses.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 400))
    expect(statuses.slice(20)).toEqual([429, 429])
  })
})

describe('a taken address', () => {
  it('gets the same answer and the same work; its owner gets a mail without a link', async () => {
    const owner = await addUser(`owner${people++}`)
    const address = owner.email ?? ''
    await env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(owner.id).run()
    const count = counted()
    const watched = startServer({ config: open, bindings: { DB: count.db } })
    const observe = async (typed: Record<string, string>) => {
      const browser = watched.browser()
      const form = await browser.get('/signup')
      count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
      const { status, location } = await form.submit(typed)
      const work = { ...count.counts }
      const shown = (await browser.get('/account/email')).text.replaceAll(typed.email ?? '', 'EMAIL')
      return { status, location, work, shown: shown.replaceAll(typed.username ?? '', 'NAME') }
    }
    const free = await observe(fill())
    const taken = await observe({ username: `other${people++}`, email: address, password: newPassword })
    expect(taken).toEqual(free)
    const mails = await mailsTo(address)
    expect(mails.map(({ subject }) => subject)).toEqual(['You already have an account'])
    expect(mails[0]?.text).not.toMatch(/token=/)
  })
})

describe('SIGN_UP=off', () => {
  it('shows nothing, and links nowhere', async () => {
    const off = startServer()
    expect((await off.browser().get('/signup')).status).toBe(404)
    expect((await off.browser().get('/login')).html).not.toContain('/signup')
    const browser = await off.signedIn(await addUser(`root${people++}`, 'administrator'))
    expect((await browser.get('/admin/invitations')).status).toBe(404)
    expect((await browser.get('/admin')).html).not.toContain('/admin/invitations')
    expect((await browser.post('/signup', fill())).status).toBe(404)
  })
})

describe('SIGN_UP=invitation', () => {
  let invited: Server
  beforeEach(() => {
    invited = startServer({ config: byInvitation })
  })

  async function invite(to = email, on = invited): Promise<Page> {
    const browser = await on.signedIn(await addUser(`root${people++}`, 'administrator'))
    return (await browser.get('/admin/invitations')).submit({ email: to })
  }

  it('admits an invited person, with the address confirmed by the mail', async () => {
    expect((await invited.browser().get('/login')).html).not.toContain('/signup')
    const page = await invited.browser().get('/signup')
    expect([page.status, page.text.includes('You need an invitation')]).toEqual([403, true])
    expect((await invite()).location).toBe('/admin/invitations?sent=')
    const form = await invited.browser().get(await linkTo(email))
    expect(form.html).toContain(`value="${email}"`)
    expect((await form.submit(fill())).status).toBe(303)
    expect(await accounts()).toMatchObject([{ email, email_verified_at: server.now, role: 'user' }])
  })

  it('confirms no other address', async () => {
    await invite()
    const form = await invited.browser().get(await linkTo(email))
    await form.submit(fill({ email: `other-${email}` }))
    expect(await accounts()).toMatchObject([{ email: `other-${email}`, email_verified_at: null }])
  })

  it('works once: of eight who use one link at once, one gets in', async () => {
    await invite()
    const link = await linkTo(email)
    const forms = await Promise.all(Array.from({ length: 8 }, () => invited.browser().get(link)))
    const answers = await Promise.all(
      forms.map((form, i) =>
        form.submit({ ...fill(), username: `${username}-${i}`, email: `${i}-${email}` }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403, 403, 403, 403, 403, 403])
    const made = await env.DB.prepare('SELECT 1 FROM users WHERE username LIKE ?').bind(`${username}-%`).all()
    expect(made.results).toHaveLength(1)
    expect((await invited.browser().get(link)).status).toBe(403)
  })

  it('is not used up by a name that another person takes at the same moment', async () => {
    await invite()
    const link = await linkTo(email)
    const form = (await invited.browser().get(link)).forms[0]
    const quicker = () => addUser(username)
    const db = beforeFirstWrite(quicker, env.DB, /^\s*UPDATE invitations/)
    const racing = startServer({ config: byInvitation, bindings: { DB: db } }).browser()
    const own = (await racing.get(link)).forms[0]?.fields.form_token ?? ''
    const late = await racing.post('/signup', { ...form?.fields, form_token: own, ...fill() })
    expect(late.text).toContain('This name is taken')
    expect((await late.submit(fill({ username: `${username}x` }))).status).toBe(303)
  })

  it('is not used up by a taken name, nor by opening it', async () => {
    await addUser(username)
    await invite()
    const link = await linkTo(email)
    for (let i = 0; i < 3; i++) expect((await invited.browser().get(link)).status).toBe(200)
    const page = await (await invited.browser().get(link)).submit(fill())
    expect(page.text).toContain('This name is taken')
    expect((await page.submit(fill({ username: `${username}x` }))).status).toBe(303)
  })

  it.each([
    ['every batch executed twice', everyBatchTwice],
    ['every first answer lost', everyFirstAnswerLost],
  ])('works with %s', async (_, fault) => {
    const faulty = startServer({ config: byInvitation, bindings: { DB: fault() } })
    await invite(email, faulty)
    expect(await mailsTo(email)).toHaveLength(1)
    const form = await faulty.browser().get(await linkTo(email))
    expect((await form.submit(fill())).status).toBe(303)
    expect(await accounts()).toHaveLength(1)
  })

  it('expires after seven days', async () => {
    await invite()
    const link = await linkTo(email)
    invited.now += 7 * 86_400 - 1
    const form = await invited.browser().get(link)
    expect(form.status).toBe(200)
    invited.now += 1
    expect((await invited.browser().get(link)).status).toBe(403)
    expect((await form.submit(fill())).status).toBe(403)
    expect(await accounts()).toHaveLength(0)
  })

  it('can be sent again from the list: the new link takes the place of the old one, three times a day', async () => {
    const browser = await invited.signedIn(await addUser(`root${people++}`, 'administrator'))
    await (await browser.get('/admin/invitations')).submit({ email: email.toUpperCase() })
    const first = await linkTo(email.toUpperCase())
    const list = await browser.get('/admin/invitations')
    expect(list.html).toContain(`aria-label="Invite again: ${email.toUpperCase()}"`)
    const again = async (typed = email) => {
      const page = await browser.get('/admin/invitations')
      const { form_token = '', attempt = '' } = page.forms.at(-1)?.fields ?? {}
      const sent = { form_token, attempt, email: typed }
      invited.now++
      return { sent, answer: await browser.post('/admin/invitations', sent) }
    }
    const { sent, answer } = await again()
    expect(answer.location).toBe('/admin/invitations?sent=')
    expect((await invited.browser().get(first)).status).toBe(403)
    expect((await invited.browser().get(await linkTo(email))).status).toBe(200)
    expect((await browser.get('/admin/invitations')).html.match(/formaction=/g)).toHaveLength(1)
    // The same form again mails nothing, and leaves the link as it is.
    invited.now++
    expect((await browser.post('/admin/invitations', sent)).location).toBe('/admin/invitations?sent=')
    expect(await mailsTo(email)).toHaveLength(1)
    expect((await again()).answer.status).toBe(303)
    const last = await linkTo(email)
    const refused = (await again()).answer
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('Three invitations went to this address within a day'),
    ])
    expect(await mailsTo(email)).toHaveLength(2)
    expect((await invited.browser().get(last)).status).toBe(200)
    // Other addresses have a limit of their own.
    expect((await again(`other-${email}`)).answer.status).toBe(303)
    invited.now += 86_401
    const later = await invited.signedIn(await addUser(`root${people++}`, 'administrator'))
    expect((await (await later.get('/admin/invitations')).submit({ email })).status).toBe(303)
  })

  it('can be withdrawn', async () => {
    const browser = await invited.signedIn(await addUser(`root${people++}`, 'administrator'))
    const form = await browser.get('/admin/invitations')
    await form.submit({ email })
    const link = await linkTo(email)
    const list = await browser.get('/admin/invitations')
    expect(list.text).toContain(email)
    const [, path = ''] = /formaction="([^"]+)"/.exec(list.html) ?? []
    const { form_token = '' } = list.forms.at(-1)?.fields ?? {}
    const done = await browser.post(path, { form_token })
    expect(done.location).toBe('/admin/invitations?withdrawn=')
    expect((await browser.get(done.location)).text).not.toContain(email)
    expect((await invited.browser().get(link)).status).toBe(403)
    // Nor does the old form, sent again, restore it.
    expect((await form.submit({ email })).status).toBe(303)
    expect((await invited.browser().get(link)).status).toBe(403)
  })

  it('without a mailer is a link to pass on, which confirms no address', async () => {
    const off = startServer({ config: { ...byInvitation, ...noMail } })
    const page = await invite(email, off)
    const [url] = /http:\/\/\S+\/signup\?invitation=[\w-]{43}/.exec(page.text) ?? []
    expect(url).toBeDefined()
    const form = await off.browser().get(url ?? '')
    expect((await form.submit(fill())).status).toBe(303)
    expect(await accounts()).toMatchObject([{ email, email_verified_at: null }])
  })

  it('is created by administrators: for others the page does not exist', async () => {
    const browser = await invited.signedIn(await addUser(`plain${people++}`))
    expect((await browser.get('/admin/invitations')).status).toBe(404)
    expect((await browser.post('/admin/invitations', { email })).status).toBe(404)
    expect((await browser.post('/admin/invitations/x/withdrawal', {})).status).toBe(404)
    expect(await mailsTo(email)).toHaveLength(0)
  })
})
