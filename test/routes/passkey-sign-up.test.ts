import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addPasskey,
  type Faults,
  registrationOptionsOn,
  SoftAuthenticator,
  usePasskey,
} from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { linkTo } from '../mails.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let device: SoftAuthenticator
let username = ''
let email = ''
let people = 0

beforeEach(async () => {
  server = startServer({ config: { signUp: 'open' } })
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  device = new SoftAuthenticator()
  username = `keyed${people++}`
  email = `${username}@example.com`
})

/** The data that the script sends. */
const fill = (form: Page, faults: Faults = {}, more: Record<string, string> = {}) => ({
  username,
  email,
  credential: JSON.stringify(device.create(registrationOptionsOn(form), faults)),
  ...more,
})

async function signedUp(on = server, path = '/signup'): Promise<Browser> {
  const browser = on.browser()
  const form = await browser.get(path)
  const answer = await form.submit(fill(form))
  expect([answer.status, answer.location]).toEqual([303, '/account/email?sent='])
  return browser
}

const account = () =>
  env.DB.prepare(
    `SELECT password_hash, (SELECT count(*) FROM passkeys p WHERE p.user_id = u.id) AS passkeys FROM users u WHERE username = ?`,
  )
    .bind(username)
    .all()
    .then(({ results }) => results)

describe('signing up with only a passkey', () => {
  it('creates an account without a password, signed in, and the passkey works', async () => {
    const browser = await signedUp()
    expect(await account()).toEqual([{ password_hash: '', passkeys: 1 }])
    expect((await browser.get('/account')).text).toContain(username)
    const visitor = server.browser()
    expect((await usePasskey(visitor, device)).location).toBe('/')
    expect((await visitor.get('/')).text).toContain(username)
  })

  it('by invitation, too: the address is confirmed, the link is used up', async () => {
    const invited = startServer({ config: { signUp: 'invitation' } })
    const root = await invited.signedIn(await addUser(`root${people}`, 'administrator'))
    await (await root.get('/admin/invitations')).submit({ email })
    const link = await linkTo(email)
    const browser = invited.browser()
    const form = await browser.get(link)
    expect((await form.submit(fill(form))).status).toBe(303)
    expect(await account()).toEqual([{ password_hash: '', passkeys: 1 }])
    expect((await server.browser().get(link)).status).toBe(403)
    const stranger = invited.browser()
    const forged = await stranger.post('/signup', { ...form.forms[0]?.fields, username: 'x' })
    expect(forged.status).toBe(403)
  })

  it.each([
    ['executed twice', everyBatchTwice],
    ['left without its first answer', everyFirstAnswerLost],
  ])('creates one, when every write is %s', async (_, fault) => {
    await signedUp(startServer({ config: { signUp: 'open' }, bindings: { DB: fault() } }))
    expect(await account()).toEqual([{ password_hash: '', passkeys: 1 }])
    expect((await usePasskey(server.browser(), device)).location).toBe('/')
  })

  it('sent twice creates one, and is signed in both times', async () => {
    const browser = server.browser()
    const form = await browser.get('/signup')
    const fields = fill(form)
    const answers = await Promise.all([form.submit(fields), form.submit(fields)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await account()).toEqual([{ password_hash: '', passkeys: 1 }])
    server.now += 61
    // The browser is signed in already and continues, and nothing is created again.
    expect((await form.submit(fields)).status).toBe(303)
    expect(await account()).toEqual([{ password_hash: '', passkeys: 1 }])
  })

  it.each<[string, Faults]>([
    ['from another page', { origin: 'https://evil.example' }],
    ['without user presence', { flags: 0x01 }],
    ['for another challenge', { challenge: 'QUFBQQ' }],
  ])('refuses a passkey %s, and keeps what was typed', async (_, faults) => {
    const form = await server.browser().get('/signup')
    const answer = await form.submit(fill(form, faults))
    expect([answer.status, answer.html.includes('href="#passkey"')]).toEqual([400, true])
    expect(answer.forms[0]?.fields).toMatchObject({ username, email, credential: '' })
    expect(await account()).toEqual([])
  })

  it("refuses an id that the server did not issue: an existing account can't be taken over", async () => {
    const victim = await addUser(`victim${people}`)
    const browser = server.browser()
    const form = await browser.get('/signup')
    const answer = await form.submit(fill(form, {}, { passkey_user: victim.id }))
    expect(answer.status).toBe(400)
    expect((await browser.get('/account')).location).toContain('/login')
    const row = await env.DB.prepare('SELECT count(*) AS n FROM passkeys WHERE user_id = ?')
      .bind(victim.id)
      .first('n')
    expect(row).toBe(0)
  })

  it('refuses an answer that was already used: no account is without a way in', async () => {
    const first = username
    const browser = server.browser()
    const form = await browser.get('/signup')
    const fields = fill(form)
    await form.submit(fields)
    browser.cookies.delete('latchkey-session')
    username = `${first}-again`
    const answer = await form.submit({ ...fields, username, email: `again-${email}` })
    expect(answer.status).toBe(400)
    expect(await account()).toEqual([])
  })

  it('refuses a passkey that is already registered', async () => {
    await signedUp()
    const known = device.credentials[0]
    username = `${username}-copy`
    const form = await server.browser().get('/signup')
    const fields = fill(form)
    const stored = await env.DB.prepare('UPDATE passkeys SET credential_id = ? WHERE credential_id = ?')
      .bind(device.credentials[1]?.id ?? '', known?.id ?? '')
      .run()
    expect(stored.meta.changes).toBe(1)
    expect((await form.submit(fields)).status).toBe(400)
    expect(await account()).toEqual([])
  })

  it('says that a name is taken', async () => {
    const taken = await addUser(`Taken${people}`)
    username = taken.username
    const form = await server.browser().get('/signup')
    expect((await form.submit(fill(form))).text).toContain('This name is taken')
  })
})

describe('a person without a password', () => {
  it('gets the same answers at sign-in as a person who does not exist', async () => {
    await signedUp()
    for (const typed of ['', password, 'A'.repeat(43)]) {
      const page = await server.browser().get('/login')
      const answer = await page.submit({ username, password: typed })
      const nobody = await (await server.browser().get('/login')).submit({
        username: 'nobody',
        password: typed,
      })
      expect([answer.status, nobody.status]).toEqual([400, 400])
      expect(answer.text.replaceAll(username, 'nobody')).toBe(nobody.text)
    }
  })

  it('can set one, after a sign-in of the last ten minutes, and then change it', async () => {
    const browser = await signedUp()
    await usePasskey(browser, device)
    const page = await browser.get('/account/password')
    expect([page.text.includes('Set a password'), page.html.includes('current_password')]).toEqual([
      true,
      false,
    ])
    const chosen = { new_password: 'seven green lamps', new_password_again: 'seven green lamps' }
    // The second sign-in was in the second of the first, so it counts from the next one.
    server.now += 602
    expect((await page.submit(chosen)).location).toContain('/login?next=%2Faccount%2Fpassword&again=')
    expect((await browser.get('/account/password')).location).toContain('/login')
    await usePasskey(browser, device)
    const form = await browser.get('/account/password')
    expect((await form.submit(chosen)).location).toBe('/account/password?changed=')
    expect((await browser.get('/account/password')).html).toContain('current_password')
    const login = await server.browser().get('/login')
    expect((await login.submit({ username, password: 'seven green lamps' })).status).toBe(303)
    // A form for setting the first password no longer sets one.
    const late = await form.submit({
      new_password: 'eight green lamps',
      new_password_again: 'eight green lamps',
    })
    expect(late.status).not.toBe(303)
  })

  it('gets in again by mail, without the passkey', async () => {
    await signedUp()
    const browser = server.browser()
    await (await browser.get('/password-reset')).submit({ account: email })
    const link = await linkTo(email)
    const form = await browser.get(link)
    expect((await form.submit({ password: 'seven green lamps' })).location).toBe('/password-reset/done')
    const login = await browser.get('/login')
    expect((await login.submit({ username, password: 'seven green lamps' })).status).toBe(303)
  })

  it('keeps the last passkey, also when two are removed at once', async () => {
    const browser = await signedUp()
    await usePasskey(browser, device)
    await addPasskey(browser, new SoftAuthenticator(), 'Second')
    const links =
      (await browser.get('/account/passkeys')).html.match(/\/account\/passkeys\/[^"]+\/remove/g) ?? []
    expect(links).toHaveLength(2)
    const forms = await Promise.all(links.map((link) => browser.get(link)))
    const answers = await Promise.all(forms.map((form) => form.submit({})))
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403])
    expect(await account()).toMatchObject([{ passkeys: 1 }])
    const [last = ''] =
      (await browser.get('/account/passkeys')).html.match(/\/account\/passkeys\/[^"]+\/remove/) ?? []
    const page = await browser.get(last)
    expect([page.status, page.text.includes('This passkey is your only way to sign in')]).toEqual([403, true])
    const { results } = await env.DB.prepare(
      "SELECT 1 FROM audit_events WHERE type = 'passkey_removed' AND user_id = (SELECT id FROM users WHERE username = ?)",
    )
      .bind(username)
      .all()
    expect(results).toHaveLength(1)
  })

  it('deletes their account, after a recent sign-in', async () => {
    const browser = await signedUp()
    await usePasskey(browser, device)
    const page = await browser.get('/account/delete')
    expect(page.html).not.toContain('name="password"')
    expect((await page.submit({})).location).toMatch(/^\/account\/deleted\?/)
    expect(await account()).toEqual([])
  })
})

describe('the name of a passkey', () => {
  it('is changed by its owner only', async () => {
    const browser = await signedUp()
    await usePasskey(browser, device)
    server.now += 1
    await addPasskey(browser, new SoftAuthenticator(), 'Second')
    const list = await browser.get('/account/passkeys')
    const [link = ''] = list.html.match(/\/account\/passkeys\/[^"]+\/name/g)?.slice(-1) ?? []
    const form = await browser.get(link)
    expect(form.forms[0]?.fields.name).toBe('Second')
    expect((await form.submit({ name: ' ' })).status).toBe(400)
    const again = await form.submit({ name: 'x'.repeat(65) })
    expect([again.status, again.forms[0]?.fields.name]).toEqual([400, 'x'.repeat(65)])
    expect((await form.submit({ name: 'Key  ring' })).location).toBe('/account/passkeys')
    expect((await browser.get('/account/passkeys')).text).toContain('Key ring')

    const other = await server.signedIn(await addUser(`other${people}`))
    expect((await other.get(link)).status).toBe(404)
    const fields = (await other.get('/account/profile')).forms[0]?.fields ?? {}
    expect((await other.post(link, { ...fields, name: 'Mine' })).status).toBe(404)
    expect((await browser.get('/account/passkeys')).text).toContain('Key ring')
  })
})
