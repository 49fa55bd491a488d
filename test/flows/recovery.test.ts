import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultClientPolicy } from '../../src/rules/clients/client.ts'
import type { User } from '../../src/store/people/users.ts'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser, Page } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { codeRequest, errorOf, introspect, obtainCode, postToken, refreshRequest, tokensOf } from '../flow.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { afterPassword, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, type Server, startServer } from '../server.ts'

const config = { mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' } } as const
const fresh = 'a brand new pass 12'
const days = 86_400
let server: Server
let user: User
let people = 0

beforeAll(applySchema)

beforeEach(async () => {
  server = startServer({ config })
  user = await addUser(`recovering${people++}`)
  await prove(user)
})

const prove = ({ id }: User) =>
  env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(id).run()

/** The link that is mailed to a person who forgot their password. */
async function askForLink(who: User = user, on: Server = server): Promise<Page> {
  const browser = on.browser()
  await (await browser.get('/password-reset')).submit({ account: who.username })
  return browser.get(await linkTo(who.email ?? ''))
}

const reset = async (who: User = user, on: Server = server) =>
  (await askForLink(who, on)).submit({ password: fresh })

const signIn = async (who: User = user, on: Server = server): Promise<[Browser, Page]> => {
  const browser = on.browser()
  const login = await browser.get('/login')
  return [browser, await login.submit({ username: who.username, password: fresh })]
}

const isIn = async (browser: Browser) => (await browser.get('/account')).status === 200

const count = (table: string, column: string, id: string) =>
  env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${column} = ?`).bind(id).first<number>('n')

/** With every kind of access that an application can have. */
async function grantedTo(browser: Browser, owner: User) {
  const policy = { ...defaultClientPolicy, scope: ['read', 'write', 'openid', 'offline_access'] }
  const registered = await addClient(owner, { policy })
  const tokens = []
  for (const scope of ['read', 'openid', 'openid offline_access'])
    tokens.push(
      await tokensOf(
        await postToken(server, codeRequest(registered, await obtainCode(browser, registered, { scope }))),
      ),
    )
  return { registered, tokens }
}

describe('a password reset', () => {
  it('ends every session and every authorization', async () => {
    const thief = await server.signedIn(user)
    const { registered, tokens } = await grantedTo(thief, await addUser(`owner${people++}`))
    expect((await reset()).location).toBe('/password-reset/done')
    expect(await isIn(thief)).toBe(false)
    for (const { refresh_token, access_token } of tokens) {
      expect(await errorOf(await postToken(server, refreshRequest(registered, refresh_token)))).toBe(
        '400 invalid_grant',
      )
      expect(await introspect(server, registered, access_token)).toEqual({ active: false })
    }
    const { results } = await env.DB.prepare('SELECT end_reason FROM authorizations WHERE user_id = ?')
      .bind(user.id)
      .all()
    expect(new Set(results.map(({ end_reason }) => end_reason))).not.toContain(null)
  })

  it('leaves a passkey that somebody with the old password just added, but does not accept it', async () => {
    const device = new SoftAuthenticator()
    await addPasskey(await server.signedIn(user), device)
    await reset()
    expect((await usePasskey(server.browser(), device)).text).toContain('not known here')
    expect(await count('passkeys', 'user_id', user.id)).toBe(1)
    const [browser] = await signIn()
    // It raises no level: the new password alone is the highest level of the account.
    expect((await browser.get('/account/passkeys/new')).status).toBe(200)
  })

  it('asks for no code of an app that somebody with the old password just set up', async () => {
    await setUpAuthenticator(server, await server.signedIn(user))
    await reset()
    const [browser, answer] = await signIn()
    expect(answer.location).not.toContain('/login/code')
    expect(await isIn(browser)).toBe(true)
    expect((await browser.get('/account/authenticator/remove')).status).toBe(200)
  })

  it('also distrusts a factor that was set up with a distrusted one', async () => {
    const thief = await server.signedIn(user)
    const [first, second] = [new SoftAuthenticator(), new SoftAuthenticator()]
    await addPasskey(thief, first)
    await usePasskey(thief, first)
    expect((await addPasskey(thief, second, 'Second')).status).toBe(303)
    await reset()
    for (const device of [first, second])
      expect((await usePasskey(server.browser(), device)).status).toBe(400)
  })

  it('keeps earlier factors: a passkey of days ago, and one that was added with it today', async () => {
    const browser = await server.signedIn(user)
    const [old, young] = [new SoftAuthenticator(), new SoftAuthenticator()]
    await addPasskey(browser, old)
    server.now += 3 * days
    await usePasskey(browser, old)
    await addPasskey(browser, young, 'Young')
    await reset()
    for (const device of [old, young]) expect((await usePasskey(server.browser(), device)).status).toBe(303)
    const [weak] = await signIn()
    expect((await weak.get('/account/passkeys/new')).location).toMatch(/^\/login\?/)
  })

  it('keeps an authenticator app of days ago: the new password needs its code', async () => {
    await setUpAuthenticator(server, await server.signedIn(user))
    server.now += 3 * days
    await reset()
    expect((await signIn())[1].location).toMatch(/^\/login\/code/)
  })

  it.each([
    ['is executed twice', everyBatchTwice],
    ['loses its first answer', everyFirstAnswerLost],
  ])('has the same result when every write %s', async (_, fault) => {
    const faulty = startServer({ config, bindings: { DB: fault() } })
    const device = new SoftAuthenticator()
    const thief = await server.signedIn(user)
    await addPasskey(thief, device)
    expect((await reset(user, faulty)).location).toBe('/password-reset/done')
    expect(await isIn(thief)).toBe(false)
    expect((await usePasskey(server.browser(), device)).status).toBe(400)
    expect(await isIn((await signIn())[0])).toBe(true)
  })
})

describe('the review after a reset', () => {
  let registered: Awaited<ReturnType<typeof addClient>>
  let old: SoftAuthenticator
  let thiefs: SoftAuthenticator

  /** Two passkeys: one of several days ago, and one added by somebody who had learned the password. */
  beforeEach(async () => {
    const browser = await server.signedIn(user)
    old = new SoftAuthenticator()
    thiefs = new SoftAuthenticator()
    registered = await addClient(await addUser(`reviewed${people++}`))
    await obtainCode(browser, registered)
    await addPasskey(browser, old, 'Mine')
    await usePasskey(browser, old)
    await addPasskey(browser, thiefs, 'Not mine')
    await env.DB.prepare("UPDATE passkeys SET trusted_at = 0 WHERE name = 'Mine' AND user_id = ?")
      .bind(user.id)
      .run()
    await reset()
  })

  const passkeys = async () =>
    (
      await env.DB.prepare('SELECT name, doubted FROM passkeys WHERE user_id = ? ORDER BY name')
        .bind(user.id)
        .all()
    ).results

  const opened = async () => {
    const browser = server.browser()
    const back = await usePasskey(browser, old, {}, '/o/applications')
    return browser.get(back.location)
  }

  /** The form data when these boxes are ticked. */
  const answer = async (page: Page, ticked: readonly string[]) => {
    const [form] = page.forms
    const body = new URLSearchParams(form?.fields)
    body.delete('shown')
    for (const [, id = ''] of page.html.matchAll(/name="shown" value="([^"]+)"/g)) body.append('shown', id)
    for (const name of ticked) {
      const label = new RegExp(`<label for="keep-([^"]+)">[^<]*<bdi>${name}<`).exec(page.html)
      body.append('keep', label?.[1] ?? `no label for ${name}`)
    }
    expect(body.toString()).not.toContain('no+label')
    return page.browser.post(form?.action ?? '', body)
  }

  it('opens after a sign-in with an earlier passkey, and continues from there', async () => {
    const page = await opened()
    expect(page.text).toContain('Are these yours?')
    for (const text of [
      'Mine',
      'Not mine',
      registered.client.name,
      'nobody can sign in with it until you keep it',
    ])
      expect(page.text).toContain(text)
    expect(page.html).toContain('href="/o/applications"')
    expect((await answer(page, ['Mine'])).location).toBe('/o/applications')
    expect(await passkeys()).toEqual([{ name: 'Mine', doubted: 0 }])
    expect(await count('consents', 'user_id', user.id)).toBe(0)
    expect((await page.browser.get('/account/review')).location).toBe('/account')
    expect((await usePasskey(server.browser(), old)).location).toBe('/')
  })

  it('keeps the ticked factors, which work from then on', async () => {
    await answer(await opened(), ['Mine', 'Not mine', registered.client.name])
    expect(await passkeys()).toEqual([
      { name: 'Mine', doubted: 0 },
      { name: 'Not mine', doubted: 0 },
    ])
    expect(await count('consents', 'user_id', user.id)).toBe(1)
    expect((await usePasskey(server.browser(), thiefs)).location).toBe('/')
  })

  it('asks for the earlier passkey, and removes nothing while it is unanswered', async () => {
    const [weak, answered] = await signIn()
    expect(answered.location).toBe('/')
    expect((await weak.get('/account')).html).toContain('href="/account/review"')
    expect((await weak.get('/account/review')).location).toMatch(/^\/login\?.*again=$/)
    server.now += 30 * days
    await opened()
    expect(await passkeys()).toHaveLength(2)
  })

  it('opens after only the password where no other factor is trusted', async () => {
    await env.DB.prepare("DELETE FROM passkeys WHERE name = 'Mine' AND user_id = ?").bind(user.id).run()
    const [browser, answered] = await signIn()
    expect(answered.location).toBe('/account/review?next=%2F')
    await answer(await browser.get(answered.location), [])
    expect(await passkeys()).toEqual([])
  })

  it('asks about an authenticator app, after its code', async () => {
    await env.DB.prepare('DELETE FROM passkeys WHERE user_id = ?').bind(user.id).run()
    const [browser] = await signIn()
    const { phone } = await setUpAuthenticator(server, browser)
    server.now += 30 * days
    await reset()
    const [other, toCode] = await signIn()
    const page = await other.get(toCode.location)
    const back = await page.submit({ code: phone.code() })
    expect(back.location).toBe('/account/review?next=%2F')
    await answer(await other.get(back.location), [])
    for (const table of ['authenticators', 'recovery_codes'])
      expect(await count(table, 'user_id', user.id)).toBe(0)
  })

  it('counts the first of two answers, and does not touch newer factors', async () => {
    const page = await opened()
    const second = await page.browser.get('/account/review')
    await addPasskey(page.browser, new SoftAuthenticator(), 'Later')
    await answer(page, ['Mine', 'Not mine'])
    await answer(second, [])
    expect((await passkeys()).map(({ name }) => name)).toEqual(['Later', 'Mine', 'Not mine'])
    const { results } = await env.DB.prepare(
      "SELECT detail FROM audit_events WHERE type = 'ways_reviewed' AND user_id = ?",
    )
      .bind(user.id)
      .all()
    expect(results).toEqual([{ detail: '2 kept, 1 removed' }])
  })

  it.each([
    ['is executed twice', everyBatchTwice],
    ['loses its first answer', everyFirstAnswerLost],
  ])('has the same result when every write %s', async (_, fault) => {
    const page = await opened()
    const faulty = startServer({ config, bindings: { DB: fault() } }).browser()
    for (const cookie of page.browser.cookies) faulty.cookies.set(...cookie)
    await answer(await faulty.get('/account/review'), ['Mine'])
    expect(await passkeys()).toEqual([{ name: 'Mine', doubted: 0 }])
  })

  it('sends a mail when a factor is removed', async () => {
    await answer(await opened(), [])
    expect((await mailsTo(user.email ?? '')).at(-1)?.subject).toBe('How you sign in was changed')
  })
})

describe('the first proof of an address', () => {
  let owned: Awaited<ReturnType<typeof addClient>>
  let trap: Browser
  let key: SoftAuthenticator

  /** Somebody signed up with another person's address, and waits. */
  beforeEach(async () => {
    await env.DB.prepare('UPDATE users SET email_verified_at = NULL WHERE id = ?').bind(user.id).run()
    trap = await server.signedIn(user)
    owned = await addClient(user)
    await obtainCode(trap, await addClient(await addUser(`shop${people++}`)))
    key = new SoftAuthenticator()
    await addPasskey(trap, key)
    await usePasskey(trap, key)
    await setUpAuthenticator(server, trap)
    server.now += 30 * days
  })

  it('announces what it removes, and removes it', async () => {
    const form = await askForLink()
    expect(form.text).toContain('Nobody has confirmed your email address here before')
    await form.submit({ password: fresh })
    for (const table of ['passkeys', 'authenticators', 'recovery_codes', 'consents', 'sessions'])
      expect([table, await count(table, 'user_id', user.id)]).toEqual([table, 0])
    expect((await usePasskey(server.browser(), key)).status).toBe(400)
    const [browser, answer] = await signIn()
    expect([answer.location, await isIn(browser)]).toEqual(['/', true])
    // From then on it is an ordinary address.
    expect((await askForLink()).text).not.toContain('Nobody has confirmed')
  })

  it('suspends the applications they own, without secrets, keys and trust, and ends the consents of others', async () => {
    const visitor = await server.signedIn(await addUser(`visitor${people++}`))
    const request = codeRequest(owned, await obtainCode(visitor, owned))
    const { refresh_token } = await tokensOf(await postToken(server, request))
    await env.DB.prepare(`UPDATE clients SET trust = 'verified', jwks = '{"keys":[]}' WHERE id = ?`)
      .bind(owned.client.id)
      .run()
    await reset()
    expect(await errorOf(await postToken(server, refreshRequest(owned, refresh_token)))).toBe(
      '401 invalid_client',
    )
    const row = await env.DB.prepare(
      'SELECT suspended_at, awaits_owner, trust, jwks FROM clients WHERE id = ?',
    )
      .bind(owned.client.id)
      .first()
    expect(row).toEqual({ suspended_at: server.now, awaits_owner: 1, trust: 'unverified', jwks: null })
    expect(await count('client_secrets', 'client_id', owned.client.id)).toBe(0)
    const alive = await env.DB.prepare(
      'SELECT count(*) AS n FROM authorizations WHERE client_id = ? AND ended_at IS NULL',
    )
      .bind(owned.client.id)
      .first('n')
    expect(alive).toBe(0)
  })

  it('leaves an application to the administrator who suspended it', async () => {
    await env.DB.prepare('UPDATE clients SET suspended_at = 5 WHERE id = ?').bind(owned.client.id).run()
    await reset()
    const row = await env.DB.prepare('SELECT suspended_at, awaits_owner FROM clients WHERE id = ?')
      .bind(owned.client.id)
      .first()
    expect(row).toEqual({ suspended_at: 5, awaits_owner: 0 })
  })

  it('returns an application once its owner has reviewed it, with a new secret', async () => {
    await reset()
    const [browser] = await signIn()
    const path = `/o/applications/${owned.client.id}`
    expect((await browser.get(path)).html).toContain(`href="${path}/resumption"`)
    const look = await browser.get(`${path}/resumption`)
    expect(look.text).toContain(owned.client.redirectUris[0])
    expect(look.text).toContain('After resuming it, create a new secret.')
    await env.DB.prepare(`UPDATE clients SET type = 'public' WHERE id = ?`).bind(owned.client.id).run()
    expect((await browser.get(`${path}/resumption`)).text).not.toContain('secret')
    await env.DB.prepare(`UPDATE clients SET type = 'confidential' WHERE id = ?`).bind(owned.client.id).run()
    const stranger = await server.signedIn(await addUser(`stranger${people++}`))
    expect((await stranger.get(`${path}/resumption`)).status).toBe(404)

    await env.DB.prepare('UPDATE clients SET updated_at = updated_at + 1 WHERE id = ?')
      .bind(owned.client.id)
      .run()
    const changed = await look.submit({})
    expect([changed.status, changed.text.includes('changed while this page')]).toEqual([409, true])
    for (let i = 0; i < 2; i++) expect((await changed.submit({})).location).toBe(`${path}/secrets`)
    const made = await (await browser.get(`${path}/secrets`)).submit({ expires: 'never' })
    const secret = /lk_[A-Za-z0-9_-]{43}/.exec(made.html)?.[0] ?? ''
    const visitor = await server.signedIn(await addUser(`visitor${people++}`))
    const again = { ...owned, secret }
    await tokensOf(await postToken(server, codeRequest(again, await obtainCode(visitor, again))))
    expect((await browser.get(`${path}/resumption`)).status).toBe(404)
  })

  it('leaves its owner nothing to resume once an administrator suspends it, too', async () => {
    await reset()
    const admin = await server.signedIn(await addUser(`admin${people++}`, 'administrator'))
    const path = `/admin/applications/${owned.client.id}/suspension`
    const form = await admin.get(path)
    await admin.post(path, { ...form.forms.at(-1)?.fields, suspended: 'true' })
    const [browser] = await signIn()
    expect((await browser.get(`/o/applications/${owned.client.id}/resumption`)).status).toBe(404)
  })

  it('does not happen through a link that confirms the address of a signed-in person', async () => {
    await trap.get('/account')
    const browser = server.browser()
    await usePasskey(browser, key)
    const page = await browser.get('/account/email')
    await browser.post('/account/email/verification', page.forms[0]?.fields ?? {})
    await (await browser.get(await linkTo(user.email ?? ''))).submit({})
    expect(await count('passkeys', 'user_id', user.id)).toBe(1)
  })
})

describe('an administrator without a confirmed address', () => {
  let admin: User

  beforeEach(async () => {
    admin = await addUser(`root${people++}`, 'administrator')
  })

  it('gets no new password by mail alone', async () => {
    const form = await askForLink(admin)
    expect([form.status, form.text.includes('Another administrator has to help')]).toEqual([403, true])
    const fields = (await askForLink(user)).forms[0]?.fields ?? {}
    const token = new URL(await linkTo(admin.email ?? ''), 'https://x').searchParams.get('token') ?? ''
    const forged = await server.browser().post('/password-reset/password', { ...fields, token })
    expect(forged.status).toBe(403)
    expect((await afterPassword(server, admin))[1].status).toBe(303)
  })

  it('gets none either if they became one while the form was open', async () => {
    const person = await addUser(`promoted${people++}`)
    const promote = () =>
      env.DB.prepare("UPDATE users SET role = 'administrator' WHERE id = ?").bind(person.id).run()
    const form = await askForLink(person)
    const racing = startServer({ config, bindings: { DB: betweenReadAndWrite(promote) } }).browser()
    for (const cookie of form.browser.cookies) racing.cookies.set(...cookie)
    const { action = '', fields } = form.forms[0] ?? {}
    const answer = await racing.post(action, { ...fields, password: fresh })
    expect([answer.status, (await afterPassword(server, person))[1].status]).toEqual([404, 303])
  })

  it('gets one once another administrator has taken the role away', async () => {
    const form = await askForLink(admin)
    expect(form.status).toBe(403)
    await env.DB.prepare("UPDATE users SET role = 'user' WHERE id = ?").bind(admin.id).run()
    expect((await reset(admin)).location).toBe('/password-reset/done')
  })

  it('gets one with a factor, which stays, and is asked for', async () => {
    const device = new SoftAuthenticator()
    await addPasskey(await server.signedIn(admin), device)
    server.now += 3 * days
    expect((await reset(admin)).location).toBe('/password-reset/done')
    const [browser] = await signIn(admin)
    for (const path of ['/admin', '/account'])
      expect((await browser.get(path)).location).toBe(`/login?next=${encodeURIComponent(path)}&again=factor`)
    await usePasskey(browser, device)
    expect((await browser.get('/admin')).status).toBe(200)
  })
})
