import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { argon2id } from '../../src/secrets/argon2id.ts'
import { hashPassword } from '../../src/secrets/passwords.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { betweenReadAndWrite, everyBatchTwice } from '../faults.ts'
import { authorizePath, codeRequest, introspect, obtainCode, postToken, tokensOf } from '../flow.ts'
import { atCode, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

const chosen = 'seven blue lamps'
let server = startServer()
let user: User
let mine: Browser
let people = 0

beforeEach(async () => {
  server = startServer()
  user = await addUser(`person${people++}`)
  mine = await server.signedIn(user)
})

interface Typed {
  current_password?: string
  new_password?: string
  new_password_again?: string
  end_authorizations?: string
}

async function change(typed: Typed = {}, browser = mine): Promise<Page> {
  return fill(await browser.get('/account/password'), typed)
}

function fill(page: Page, typed: Typed = {}): Promise<Page> {
  const next = typed.new_password ?? chosen
  return page.submit({
    current_password: password,
    new_password: next,
    new_password_again: next,
    ...typed,
  })
}

async function signsIn(secret: string): Promise<boolean> {
  const page = await server.browser().get('/login')
  return (await page.submit({ username: user.username, password: secret })).status === 303
}

const isSignedIn = async (browser: Browser) => (await browser.get('/account')).status === 200
const events = async () => (await mine.get('/account/activity')).html

describe('changing the password', () => {
  it('is where password managers look', async () => {
    const page = await mine.get('/.well-known/change-password')
    expect([page.status, page.location]).toEqual([302, '/account/password'])
    expect((await server.browser().get('/account/password')).location).toBe(
      '/login?next=%2Faccount%2Fpassword',
    )
  })

  it('tells password managers which field is which', async () => {
    const { html } = await mine.get('/account/password')
    for (const token of ['username', 'current-password', 'new-password']) {
      expect(html).toContain(`autocomplete="${token}"`)
    }
  })

  it('accepts only the new one from then on', async () => {
    const answer = await change()
    expect([answer.status, answer.location]).toEqual([303, '/account/password?changed='])
    expect(await signsIn(password)).toBe(false)
    expect(await signsIn(chosen)).toBe(true)
    expect(await events()).toContain('You changed your password')
  })

  it('ends every other session, and renews the id of this one', async () => {
    const others = [await server.signedIn(user), await server.signedIn(user)]
    const stolen = server.browser()
    for (const [name, value] of mine.cookies) stolen.cookies.set(name, value)
    expect(await isSignedIn(stolen)).toBe(true)
    await change()
    expect(await Promise.all([mine, stolen, ...others].map(isSignedIn))).toEqual([true, false, false, false])
  })

  it('leaves the sessions of others', async () => {
    const stranger = await server.signedIn(await addUser(`stranger${people++}`))
    await change()
    expect(await isSignedIn(stranger)).toBe(true)
  })

  it('is refused with a wrong current password, and never shows what was typed', async () => {
    const page = await change({ current_password: 'wrong wrong wrong' })
    expect(page.status).toBe(400)
    expect(page.html).toContain('<title>Error: ')
    expect(page.html).toContain('This is not your current password.')
    expect(page.html).not.toContain(chosen)
    expect(page.html).not.toContain('wrong wrong')
    expect(await signsIn(password)).toBe(true)
    const refused = `SELECT events FROM event_counts WHERE type = 'password_refused'`
    expect(await env.DB.prepare(refused).first('events')).toBe(1)
  })

  it('slows down guessing, as sign-in does', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) statuses.push((await change({ current_password: `guess ${i} guess` })).status)
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429, 429])
    const right = await change()
    expect(right.status).toBe(429)
    expect(right.headers.get('Retry-After')).toBe('2')
    expect(await signsIn(password)).toBe(true)
    server.now += 2
    expect((await change()).status).toBe(303)
    expect(await signsIn(chosen)).toBe(true)
  })

  it('keeps the choice to end applications when the form is shown again', async () => {
    const page = await change({ current_password: 'wrong wrong', end_authorizations: 'yes' })
    expect(page.html).toMatch(/type="checkbox"[^>]*checked/)
    expect((await mine.get('/account/password')).html).not.toMatch(/type="checkbox"[^>]*checked/)
  })

  it.each([
    ['short', 'at least 8'],
    ['x'.repeat(201), 'at most 200'],
    ['Password1!', 'too common'],
    ['ｑｗｅｒｔｙｕｉｏｐ', 'too common'],
    ['1234567890', 'too common'],
    ['aaaaaaaaaaaa', 'too common'],
    ['ILoveYou2026', 'too common'],
    [password, 'must be different'],
  ])('refuses %s', async (next, reason) => {
    const page = await change({ new_password: next })
    expect(page.status).toBe(400)
    expect(page.text).toContain(reason)
    expect(await signsIn(password)).toBe(true)
  })

  it('refuses a password that contains the username', async () => {
    user = await addUser(`ambrosia-${people++}`)
    mine = await server.signedIn(user)
    expect((await change({ new_password: user.username.toUpperCase() })).text).toContain('too common')
    expect((await change({ new_password: `${user.email}` })).text).toContain('too common')
  })

  it('refuses two that differ', async () => {
    expect((await change({ new_password_again: 'something else' })).text).toContain('don’t match')
    expect(await signsIn(password)).toBe(true)
  })

  it('accepts any script, spaces and pasted text', async () => {
    expect((await change({ new_password: '  пароль из четырёх слов 🔑 ' })).status).toBe(303)
    expect(await signsIn('  пароль из четырёх слов 🔑 ')).toBe(true)
  })

  it('needs our own form', async () => {
    const page = await mine.get('/account/password')
    const fields = {
      ...page.forms[0]?.fields,
      current_password: password,
      new_password: chosen,
      new_password_again: chosen,
    }
    const foreign = await mine.post('/account/password', fields, { Origin: 'https://evil.example' })
    expect(foreign.status).toBe(400)
    expect((await mine.post('/account/password', { ...fields, form_token: 'x' })).status).toBe(400)
    expect(await signsIn(password)).toBe(true)
  })
})

describe('two changes at once', () => {
  it('from two browsers: one wins, and the other is told', async () => {
    const other = await server.signedIn(user)
    const pages = [await mine.get('/account/password'), await other.get('/account/password')]
    const words = ['first of two lamps', 'second of two lamps']
    const answers = await Promise.all(pages.map((page, i) => fill(page, { new_password: words[i] ?? '' })))
    const statuses = answers.map(({ status }) => status)
    const winner = statuses.indexOf(303)
    expect(winner).toBeGreaterThanOrEqual(0)
    expect(statuses.filter((status) => status === 303)).toHaveLength(1)
    expect(await Promise.all(words.map(signsIn))).toEqual([winner === 0, winner === 1])
    expect(await isSignedIn(winner === 0 ? mine : other)).toBe(true)
    expect(await isSignedIn(winner === 0 ? other : mine)).toBe(false)
  })

  it('is decided by the verified password, not by the last write', async () => {
    const between = hashPassword(await argon2id(), 'changed in between')
    const someoneIsFaster = () =>
      env.DB.prepare('UPDATE users SET password_hash = ? WHERE id = ?').bind(between, user.id).run()
    const page = await mine.get('/account/password')
    const other = await server.signedIn(user)
    // The session is read, the attempt is counted, then the password is changed.
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(someoneIsFaster, env.DB, 3) } })
    const browser = racing.browser()
    for (const [name, value] of mine.cookies) browser.cookies.set(name, value)
    const fields = {
      ...page.forms[0]?.fields,
      current_password: password,
      new_password: chosen,
      new_password_again: chosen,
    }
    const answer = await browser.post('/account/password', fields)
    expect(answer.status).toBe(409)
    expect(await signsIn(chosen)).toBe(false)
    expect(await signsIn('changed in between')).toBe(true)
    expect(await isSignedIn(other)).toBe(true)
    expect(await isSignedIn(mine)).toBe(true)
    expect(await events()).not.toContain('You changed your password')
  })

  it('sent twice from one form is one change, and the browser stays signed in', async () => {
    const page = await mine.get('/account/password')
    const answers = await Promise.all([fill(page), fill(page)])
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(await isSignedIn(mine)).toBe(true)
    expect((await events()).split('You changed your password')).toHaveLength(2)
  })
})

describe('access by the old password', () => {
  it('a sign-in in progress fails', async () => {
    const page = await mine.get('/account/password')
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(() => fill(page)) } }).browser()
    await (await racing.get('/login')).submit({ username: user.username, password })
    const stranger = server.browser()
    for (const [name, value] of racing.cookies) stranger.cookies.set(name, value)
    expect(await isSignedIn(stranger)).toBe(false)
    expect(await signsIn(chosen)).toBe(true)
  })

  it('a sign-in after the first factor fails', async () => {
    const { phone } = await setUpAuthenticator(server, mine)
    const [browser, code] = await atCode(server, user)
    const page = await mine.get('/account/password')
    // The person, the attempt, the code, then the session.
    const change = () => fill(page)
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(change, env.DB, 4) } }).browser()
    for (const [name, value] of browser.cookies) racing.cookies.set(name, value)
    await racing.post('/login/code', { ...code.forms[0]?.fields, code: phone.code(1) })
    const [session] = [racing.cookies.get('latchkey-session')]
    expect(session).toBeDefined()
    browser.cookies.set('latchkey-session', session ?? '')
    expect(await isSignedIn(browser)).toBe(false)
  })

  it('applications keep theirs, unless the person chooses otherwise', async () => {
    const registered = await addClient(await addUser(`developer${people++}`))
    const login = async () =>
      tokensOf(await postToken(server, codeRequest(registered, await obtainCode(mine, registered))))
    const kept = await login()
    expect((await change()).status).toBe(303)
    expect((await introspect(server, registered, kept.refresh_token)).active).toBe(true)

    const tokens = [kept, await login()]
    const onItsWay = await obtainCode(mine, registered)
    const again = await change({
      current_password: chosen,
      new_password: 'eight green lamps',
      end_authorizations: 'yes',
    })
    expect(again.status).toBe(303)
    for (const { access_token, refresh_token } of tokens) {
      expect((await introspect(server, registered, refresh_token)).active).toBe(false)
      expect((await introspect(server, registered, access_token)).active).toBe(false)
    }
    expect((await postToken(server, codeRequest(registered, onItsWay))).status).toBe(400)
  })

  it('ends for one person only', async () => {
    const registered = await addClient(await addUser(`developer${people++}`))
    const other = await server.signedIn(await addUser(`other${people++}`))
    const tokens = await tokensOf(
      await postToken(server, codeRequest(registered, await obtainCode(other, registered))),
    )
    await change({ end_authorizations: 'yes' })
    expect((await introspect(server, registered, tokens.refresh_token)).active).toBe(true)
  })

  it('issues nothing to a session that ends between its read and its write', async () => {
    const registered = await addClient(await addUser(`developer${people++}`))
    const thief = await server.signedIn(user)
    await obtainCode(thief, registered)
    const page = await mine.get('/account/password')
    const change = () => fill(page, { end_authorizations: 'yes' })
    const racing = startServer({ bindings: { DB: betweenReadAndWrite(change) } }).browser()
    for (const [name, value] of thief.cookies) racing.cookies.set(name, value)
    const answer = await racing.get(authorizePath(registered))
    expect([answer.status, answer.location]).toEqual([400, ''])
    expect(await signsIn(chosen)).toBe(true)
  })
})

describe('with every batch executed twice', () => {
  it('a change happens once', async () => {
    server = startServer({ bindings: { DB: everyBatchTwice() } })
    mine = await server.signedIn(user)
    const other = await server.signedIn(user)
    expect((await change({ end_authorizations: 'yes' })).status).toBe(303)
    expect(await Promise.all([mine, other].map(isSignedIn))).toEqual([true, false])
    expect((await events()).split('You changed your password')).toHaveLength(2)
    expect(await signsIn(chosen)).toBe(true)
  })
})
