import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '../../src/rules/people/role.ts'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { codeRequest, errorOf, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { afterPassword, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, type Server, startServer } from '../server.ts'

const config = { mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
const hours = 3600
/** Of a form that was never shown. */
const attempt = 'A'.repeat(43)
let server: Server
let user: User
let device: SoftAuthenticator
let owner: Browser
let people = 0

beforeAll(applySchema)

beforeEach(async () => {
  server = startServer({ config })
  ;[user, owner, device] = await withPasskey('user')
})

async function withPasskey(role: Role): Promise<[User, Browser, SoftAuthenticator]> {
  const made = await addUser(`lost${people++}`, role)
  const browser = await server.signedIn(made)
  const key = new SoftAuthenticator()
  await addPasskey(browser, key)
  return [made, browser, key]
}

/** Signs in by password in a new browser, and asks on the page that the sign-in page links to. */
async function askForRemoval(who: User = user): Promise<Page> {
  const [browser] = await afterPassword(server, who)
  const again = await browser.get((await browser.get('/account/passkeys/new')).location)
  expect(again.html).toContain('href="/login/recovery"')
  const page = await browser.get('/login/recovery')
  return browser.get((await page.submit({ action: 'ask' })).location)
}

const left = (who: User = user) =>
  Promise.all(
    ['passkeys', 'authenticators', 'recovery_codes', 'factor_removals'].map((table) =>
      env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?`).bind(who.id).first('n'),
    ),
  )

const subjects = async (who: User = user) =>
  (await mailsTo(who.email ?? '')).map(({ subject }) => subject).slice(1)

const eventsOf = async (who: User = user) =>
  (
    await env.DB.prepare(
      "SELECT type FROM audit_events WHERE user_id = ? AND type LIKE 'factor%' ORDER BY at, type",
    )
      .bind(who.id)
      .all()
  ).results.map(({ type }) => type)

describe('somebody who lost their passkeys', () => {
  it('waits, is notified, and signs in without them: all earlier sessions and tokens end', async () => {
    const registered = await addClient(await addUser(`owner${people++}`))
    const request = codeRequest(registered, await obtainCode(owner, registered))
    const { refresh_token } = await tokensOf(await postToken(server, request))
    const asked = await askForRemoval()
    expect(asked.text).toContain('is removed at the first sign-in by password after 18 Jan 2027')
    expect(await subjects()).toEqual(['Your second factor is about to be removed'])
    expect((await mailsTo(user.email ?? '')).at(-1)?.text).toMatch(/2027-01-18 \d\d:\d\d UTC/)

    server.now += 72 * hours - 1
    await afterPassword(server, user)
    expect(await left()).toEqual([1, 0, 0, 1])
    expect((await owner.get('/account')).status).toBe(200)

    server.now += 1
    const [browser, answer] = await afterPassword(server, user)
    expect([answer.location, await left()]).toEqual(['/', [0, 0, 0, 0]])
    expect((await owner.get('/account')).location).toContain('/login')
    expect(await errorOf(await postToken(server, refreshRequest(registered, refresh_token)))).toBe(
      '400 invalid_grant',
    )
    expect((await usePasskey(server.browser(), device)).status).toBe(400)
    expect((await addPasskey(browser, new SoftAuthenticator())).status).toBe(303)
    expect(await eventsOf()).toEqual(['factor_removal_asked', 'factors_removed'])
    expect((await subjects()).slice(1)).toEqual([
      'How you sign in was changed',
      'How you sign in was changed',
    ])
  })

  it('asks once: asking again sends no mail and does not restart the wait', async () => {
    await askForRemoval()
    server.now += 71 * hours
    const [browser] = await afterPassword(server, user)
    const page = await browser.get('/login/recovery')
    expect(page.forms.some(({ fields }) => fields.action === 'ask')).toBe(false)
    await browser.post('/login/recovery', { ...page.forms[0]?.fields, action: 'ask' })
    expect(await subjects()).toHaveLength(1)
    server.now += hours
    await afterPassword(server, user)
    expect(await left()).toEqual([0, 0, 0, 0])
  })

  it('is stopped by anyone who still has a factor, with a notice', async () => {
    await askForRemoval()
    const living = server.browser()
    await usePasskey(living, device)
    expect((await living.get('/account')).html).toContain('href="/login/recovery"')
    const page = await living.get('/login/recovery')
    expect((await page.submit({ action: 'stop' })).location).toBe('/account')
    expect(await left()).toEqual([1, 0, 0, 0])
    server.now += 80 * hours
    await afterPassword(server, user)
    expect(await left()).toEqual([1, 0, 0, 0])
    expect((await subjects()).at(-1)).toBe('Your second factor stays')
    expect(await eventsOf()).toEqual(['factor_removal_asked', 'factor_removal_stopped'])
  })

  it('can’t stop it with only the password', async () => {
    const asked = await askForRemoval()
    expect(asked.text).toContain('To stop it, sign in with a passkey')
    const form = (await asked.browser.get('/account/profile')).forms[0]?.fields ?? {}
    await asked.browser.post('/login/recovery', { ...form, attempt, action: 'stop' })
    expect(await left()).toEqual([1, 0, 0, 1])
  })

  it('keeps a factor that was set up after the request', async () => {
    await askForRemoval()
    server.now += hours
    const living = server.browser()
    await usePasskey(living, device)
    const young = new SoftAuthenticator()
    await addPasskey(living, young, 'Young')
    server.now += 72 * hours
    await afterPassword(server, user)
    expect((await left())[0]).toBe(1)
    expect((await usePasskey(server.browser(), young)).status).toBe(303)
  })

  it('has seven days to come back, and asks again after that', async () => {
    await askForRemoval()
    server.now += 72 * hours + 7 * 24 * hours
    await afterPassword(server, user)
    expect((await left())[0]).toBe(1)
    await askForRemoval()
    expect(await subjects()).toHaveLength(2)
    server.now += 72 * hours
    await afterPassword(server, user)
    expect((await left())[0]).toBe(0)
  })

  it('waits as long as RECOVERY_DELAY says', async () => {
    const { lifetimes } = (await import('../../src/config.ts')).parseConfig({
      KEY_ENCRYPTION_SECRET: 'x'.repeat(32),
      RECOVERY_DELAY: '7200',
    })
    server = startServer({ config: { ...config, lifetimes } })
    await askForRemoval()
    server.now += 7200
    await afterPassword(server, user)
    expect((await left())[0]).toBe(0)
  })

  it.each([
    ['is executed twice', everyBatchTwice],
    ['loses its first answer', everyFirstAnswerLost],
  ])('has the same result when every write %s', async (_, fault) => {
    server = startServer({ config, bindings: { DB: fault() } })
    await askForRemoval()
    expect(await subjects()).toHaveLength(1)
    server.now += 72 * hours
    const [browser] = await afterPassword(server, user)
    expect([await left(), (await browser.get('/account')).status]).toEqual([[0, 0, 0, 0], 200])
    expect(await eventsOf()).toEqual(['factor_removal_asked', 'factors_removed'])
  })
})

describe('somebody who lost their authenticator app', () => {
  it('asks on the page of the code, and signs in without it after the wait', async () => {
    const person = await addUser(`app${people++}`)
    await setUpAuthenticator(server, await server.signedIn(person))
    const [browser, answer] = await afterPassword(server, person)
    const code = await browser.get(answer.location)
    expect(code.html).toContain('href="/login/recovery"')
    await (await browser.get('/login/recovery')).submit({ action: 'ask' })
    expect(await subjects(person)).toEqual(['Your second factor is about to be removed'])
    expect((await browser.get('/account')).location).toContain('/login')
    server.now += 72 * hours
    expect((await afterPassword(server, person))[1].location).toBe('/')
    expect(await left(person)).toEqual([0, 0, 0, 0])
  })
})

describe('a request for removal', () => {
  it('needs the password again', async () => {
    expect((await server.browser().get('/login/recovery')).location).toContain('/login?next=')
    const [browser] = await afterPassword(server, user)
    const page = await browser.get('/login/recovery')
    server.now += 601
    expect((await browser.get('/login/recovery')).location).toContain('/login?next=')
    await page.submit({ action: 'ask' })
    expect(await left()).toEqual([1, 0, 0, 0])
  })

  it('is not open to an administrator, who asks another one', async () => {
    const [admin] = await withPasskey('administrator')
    const [browser] = await afterPassword(server, admin)
    const page = await browser.get('/login/recovery')
    expect(page.text).toContain('Ask another administrator')
    const own = await browser.get('/account/profile')
    await browser.post('/login/recovery', { ...own.forms[0]?.fields, attempt, action: 'ask' })
    expect(await left(admin)).toEqual([1, 0, 0, 0])
    // Nor for a person who became one in the meantime.
    await askForRemoval()
    await env.DB.prepare("UPDATE users SET role = 'administrator' WHERE id = ?").bind(user.id).run()
    server.now += 72 * hours
    await afterPassword(server, user)
    expect((await left())[0]).toBe(1)
  })

  const endings: Readonly<Record<string, () => Promise<unknown>>> = {
    'a new password': async () => {
      await usePasskey(owner, device)
      const chosen = 'quite another sentence'
      await (await owner.get('/account/password')).submit({
        current_password: password,
        new_password: chosen,
        new_password_again: chosen,
      })
    },
    'a new password by mail': async () => {
      const browser = server.browser()
      await (await browser.get('/password-reset')).submit({ account: user.username })
      await (await browser.get(await linkTo(user.email ?? ''))).submit({ password: 'quite another sentence' })
    },
    'a reset by an administrator': async () => {
      const root = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
      await (await root.get(`/admin/users/${user.id}/factors`)).submit({})
    },
  }

  it.each(Object.keys(endings))('ends with %s', async (what) => {
    await env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(user.id).run()
    await askForRemoval()
    expect((await left())[3]).toBe(1)
    await endings[what]?.()
    expect((await left())[3]).toBe(0)
  })
})
