import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { addConnection, addIdentity } from '../connections.ts'
import { linkTo } from '../mails.ts'
import { atCode, setUpAuthenticator } from '../second-factor.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

/**
 * NIST SP 800-63B-4 §4.1, ASVS 5.0 §7.5.1: ways to sign in are added, changed and removed at the highest level of the account.
 * Every account page is in one of these two tables, so that a new one must be added to one.
 */
const doors = [
  '/account/authenticator/recovery-codes',
  '/account/authenticator/remove',
  '/account/authenticator/set-up',
  '/account/delete',
  '/account/email',
  '/account/identities/:identity/remove',
  '/account/passkeys/:id/name',
  '/account/passkeys/:id/remove',
  '/account/passkeys/new',
  '/account/password',
  '/account/review',
]

/** With the reason why the password is enough. */
const others = {
  '/account': 'shows',
  '/account/activity': 'shows',
  '/account/applications': 'shows',
  '/account/applications/:clientId/remove': 'takes access away, nothing else',
  '/account/authenticator': 'shows',
  '/account/deleted': 'shows, to nobody',
  '/account/email/confirmation': 'asks by what the link is for: below',
  '/account/email/verification': 'mails the address that the account has',
  '/account/export': 'shows',
  '/account/identities': 'shows',
  '/account/passkeys': 'shows',
  '/account/passkeys/offer': 'a cookie, and the way to /account/passkeys/new',
  '/account/profile': 'what a person says of themself',
  '/account/requests': 'answers an application, which says how the person signed in',
  '/account/second-factor': 'the way to the pages that set one up',
  '/account/sessions': 'takes sessions away, nothing else',
}

const routes = createApp(parseConfig({ KEY_ENCRYPTION_SECRET: 'x'.repeat(32) }), () => 0).routes.filter(
  ({ path, method }) => method !== 'ALL' && path.startsWith('/account'),
)
const methodsOf = (door: string) => routes.filter(({ path }) => path === door).map(({ method }) => method)

let server: Server
let people = 0

beforeAll(applySchema)

const config = { mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
const person = async () => {
  server = startServer({ config })
  const user = await addUser(`ways${people++}`)
  return { user, browser: await server.signedIn(user) }
}

const passkeyOf = async (userId: string) =>
  (await env.DB.prepare('SELECT id FROM passkeys WHERE user_id = ?').bind(userId).first<string>('id')) ?? 'x'

/** All rows about a person's ways to sign in. */
const waysOf = async (userId: string) =>
  JSON.stringify(
    await env.DB.batch([
      env.DB.prepare('SELECT email, password_hash FROM users WHERE id = ?').bind(userId),
      env.DB.prepare('SELECT id, name FROM passkeys WHERE user_id = ?').bind(userId),
      env.DB.prepare('SELECT sealed_key FROM authenticators WHERE user_id = ?').bind(userId),
      env.DB.prepare('SELECT code_hash FROM recovery_codes WHERE user_id = ?').bind(userId),
      env.DB.prepare('SELECT purpose, email FROM mail_tokens WHERE user_id = ?').bind(userId),
      env.DB.prepare('SELECT connection_id, subject FROM identities WHERE user_id = ?').bind(userId),
    ]).then((answers) => answers.map(({ results }) => results)),
  )

/** Signs in by password in a new browser, like somebody who has learned it. */
const thiefOf = async (user: Awaited<ReturnType<typeof person>>['user']): Promise<Browser> => {
  const browser = server.browser()
  const login = await browser.get('/login')
  const answer = await login.submit({ username: user.username, password })
  expect(answer.location).toBe('/')
  return browser
}

describe('the account pages', () => {
  it('are all in one of the tables', () => {
    const known = [...doors, ...Object.keys(others)].sort()
    expect([...new Set(routes.map(({ path }) => path))].sort()).toEqual(known)
  })
})

describe('the password of a person with a passkey', () => {
  it.each(doors)('is not enough at %s', async (door) => {
    const { user, browser } = await person()
    const device = new SoftAuthenticator()
    await addPasskey(browser, device)
    await usePasskey(browser, device)
    const connection = await addConnection()
    await addIdentity(connection, user)
    const identity = Buffer.from(`${connection.id}\n${user.id}`).toString('base64url')
    const path = door.replace(':identity', identity).replace(':id', await passkeyOf(user.id))
    // A reset that waits for its review, so that the review page exists.
    await env.DB.prepare('UPDATE users SET review_since = 1 WHERE id = ?').bind(user.id).run()
    const form = await browser.get(path)
    // There is no app, so there are no codes to replace and nothing to remove.
    if (!/recovery-codes$/.test(door)) expect([path, form.status]).toEqual([path, 200])

    const before = await waysOf(user.id)
    const thief = await thiefOf(user)
    const own = (await thief.get('/account/profile')).forms[0]?.fields ?? {}
    for (const method of methodsOf(door)) {
      const fields = { ...form.forms.at(-1)?.fields, ...own, password, current_password: password }
      const answer = method === 'GET' ? await thief.get(path) : await thief.post(path, fields)
      expect([method, answer.status]).toEqual([method, 303])
      expect(answer.location).toMatch(new RegExp(`^/login\\?next=${encodeURIComponent(path)}[^&]*&again=$`))
      expect((await thief.get(answer.location)).text).toContain('This step needs your second factor.')
    }
    expect(await waysOf(user.id)).toBe(before)
  })

  it('together with the passkey is enough', async () => {
    const { user, browser } = await person()
    const device = new SoftAuthenticator()
    await addPasskey(browser, device)
    const other = await thiefOf(user)
    await usePasskey(other, device)
    expect((await addPasskey(other, new SoftAuthenticator(), 'Second')).status).toBe(303)
    expect((await other.get('/account/passkeys')).text).toContain('Second')
  })

  it('adds no authenticator app, whose code would reach acr 2', async () => {
    const { user, browser } = await person()
    await addPasskey(browser, new SoftAuthenticator())
    const thief = await thiefOf(user)
    await expect(setUpAuthenticator(server, thief)).rejects.toThrow('No key')
    expect(await waysOf(user.id)).toContain('[],[],')
  })

  it('confirms no other address, also with a link from before the passkey', async () => {
    const { user, browser } = await person()
    const thief = await thiefOf(user)
    await (await thief.get('/account/email')).submit({ email: `thief-${user.username}@evil.example` })
    const link = await linkTo(`thief-${user.username}@evil.example`)
    const form = await thief.get(link)
    expect(form.status).toBe(200)
    await addPasskey(browser, new SoftAuthenticator())
    const login = `/login?next=${encodeURIComponent(link)}&again=factor`
    expect((await thief.get(link)).location).toBe(login)
    expect((await form.submit({})).location).toBe(login)
    expect(await waysOf(user.id)).toContain(`"email":"${user.email}","password_hash"`)
  })

  it('gives access to everything else', async () => {
    const { user, browser } = await person()
    await addPasskey(browser, new SoftAuthenticator())
    const thief = await thiefOf(user)
    for (const path of ['/account', '/account/profile', '/account/passkeys', '/account/sessions'])
      expect((await thief.get(path)).status).toBe(200)
  })
})

describe('a code counts as the highest level', () => {
  it.each(['app', 'recovery'] as const)('%s', async (kind) => {
    const { user, browser } = await person()
    const { phone, recoveryCodes } = await setUpAuthenticator(server, browser)
    server.now += 30
    const [other, page] = await atCode(server, user)
    await page.submit({ code: kind === 'app' ? phone.code() : (recoveryCodes[0] ?? '') })
    for (const path of doors.filter((door) => !door.includes(':')))
      expect([path, [200, 303].includes((await other.get(path)).status)]).toEqual([path, true])
    expect((await addPasskey(other, new SoftAuthenticator())).location).toBe('/account/passkeys')
  })
})

describe('a person with only a password', () => {
  it('sets up the first factor with it, and from then on needs that factor', async () => {
    const { user, browser } = await person()
    expect((await addPasskey(browser, new SoftAuthenticator())).status).toBe(303)
    const [, answer] = [user, await browser.get('/account/passkeys/new')]
    expect(answer.location).toBe('/login?next=%2Faccount%2Fpasskeys%2Fnew&again=')
  })

  it('changes it by typing it, however old the sign-in is', async () => {
    const { browser } = await person()
    server.now += 7200
    const form = await browser.get('/account/password')
    const chosen = 'quite another sentence'
    const done = await form.submit({
      current_password: password,
      new_password: chosen,
      new_password_again: chosen,
    })
    expect(done.location).toBe('/account/password?changed=')
  })
})
