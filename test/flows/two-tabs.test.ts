import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { authorizePath } from '../flow.ts'
import { afterPassword, setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)
beforeEach(() => env.DB.prepare('DELETE FROM sign_in_attempts').run())

const server = startServer({ config: { signUp: 'open' } })
const outdated = 'signed in or out in another tab since this page was opened'
let people = 0
const person = () => addUser(`person${people++}`)

/** In another tab of the same browser. */
const signIn = async (browser: Browser, user: User, next = '') =>
  (await browser.get(`/login?next=${encodeURIComponent(next)}`)).submit({ username: user.username, password })
const signOut = async (browser: Browser) => (await browser.get('/logout')).submit({})

function expectAgain(page: Page, kept: Record<string, string>): void {
  expect([page.status, page.text.includes(outdated)]).toEqual([403, true])
  expect(page.text).not.toContain('cookies are off')
  const fields = Object.assign({}, ...page.forms.map((form) => form.fields))
  expect(fields).toMatchObject(kept)
  expect(fields.password ?? '').toBe('')
}

describe('during sign-in', () => {
  it('a person who signed in in another tab continues to the page that this tab was opened for', async () => {
    const [user, browser] = [await person(), server.browser()]
    const login = await browser.get('/login?next=%2Fo%2Fapplications')
    const signUp = await browser.get('/signup?next=%2Faccount')
    await signIn(browser, user)
    const late = await login.submit({ username: user.username, password })
    expect([late.status, late.location]).toEqual([303, '/o/applications'])
    const typed = { username: `new${people++}`, email: 'new@example.com', password: 'a brand new passphrase' }
    const made = await signUp.submit(typed)
    expect([made.status, made.location]).toEqual([303, '/account'])
    const { n } = (await env.DB.prepare('SELECT count(*) AS n FROM users WHERE username = ?')
      .bind(typed.username)
      .first<{ n: number }>()) ?? { n: -1 }
    expect(n).toBe(0)
  })

  it('never to another site', async () => {
    const [user, browser] = [await person(), server.browser()]
    const login = await browser.get('/login?next=%2F%2Fevil.example')
    await signIn(browser, user)
    expect((await login.submit({ username: user.username, password })).location).toBe('/')
  })

  it('unless a new sign-in was requested: then the form is shown again, with the typed name', async () => {
    const user = await person()
    const browser = await server.signedIn(user)
    const again = await browser.get('/login?next=%2Faccount&again=')
    await signOut(browser)
    await signIn(browser, user)
    const page = await again.submit({ username: 'typed', password })
    expectAgain(page, { username: 'typed', next: '/account', again: 'again' })
    const done = await page.submit({ username: user.username, password })
    expect([done.status, done.location]).toEqual([303, '/account'])
  })

  it('a sign-in form older than a sign-out is shown again, and works the second time', async () => {
    const [user, browser] = [await person(), await server.signedIn(await person())]
    const login = await browser.get('/login?next=%2Faccount')
    await signOut(browser)
    const page = await login.submit({ username: user.username, password })
    expectAgain(page, { username: user.username, next: '/account' })
    expect((await page.submit({ username: user.username, password })).location).toBe('/account')
  })

  it('a sign-up form older than a sign-out keeps what was typed, except for the password', async () => {
    const browser = await server.signedIn(await person())
    const form = await browser.get('/signup?next=%2Faccount')
    await signOut(browser)
    const page = await form.submit({
      username: 'Typed',
      email: 'typed@example.com',
      password: 'a brand new one',
    })
    expectAgain(page, { username: 'Typed', email: 'typed@example.com', next: '/account' })
  })

  it('the second step continues when the first tab has completed it', async () => {
    const user = await person()
    const { phone } = await setUpAuthenticator(server, await server.signedIn(user))
    server.now += 60
    const [browser, answer] = await afterPassword(server, user, '/o/applications')
    const [one, other] = [await browser.get(answer.location), await browser.get(answer.location)]
    expect((await one.submit({ code: phone.code() })).location).toBe('/o/applications')
    const late = await other.submit({ code: phone.code(1) })
    expect([late.status, late.location]).toEqual([303, '/o/applications'])
  })

  it('the first set-up continues when another tab completed it', async () => {
    const browser = await server.signedIn(await person())
    const late = await browser.post('/setup', { token: 'x'.repeat(43), username: 'ada' })
    expect([late.status, late.location]).toEqual([303, '/'])
    expect((await server.browser().post('/setup', { token: 'x'.repeat(43) })).status).toBe(404)
  })
})

describe('an open consent page', () => {
  it('asks again for the same request, and the answer counts for the person who is signed in now', async () => {
    const [first, second] = [await person(), await person()]
    const web = await addClient(first)
    const browser = await server.signedIn(first)
    const open = await browser.get(authorizePath(web))
    await signIn(browser, second)
    const page = await open.submit({ decision: 'authorize' })
    expect([page.status, page.text.includes(outdated), page.location]).toEqual([403, true, ''])
    expect(page.html).toContain(second.username)
    const done = await page.submit({ decision: 'authorize' })
    expect(done.location).toContain('code=')
    const { results } = await env.DB.prepare('SELECT user_id FROM consents WHERE client_id = ?')
      .bind(web.client.id)
      .all()
    expect(results).toEqual([{ user_id: second.id }])
  })

  it('leads to sign-in after a sign-out, and back to the same request', async () => {
    const user = await person()
    const web = await addClient(user)
    const browser = await server.signedIn(user)
    const path = authorizePath(web, { state: 'kept' })
    const open = await browser.get(path)
    await signOut(browser)
    const page = await open.submit({ decision: 'authorize' })
    expect(page.status).toBe(303)
    expect(decodeURIComponent(page.location)).toContain('state=kept')
    const back = await (await browser.get(page.location)).submit({ username: user.username, password })
    expect((await browser.get(back.location)).forms[0]?.fields).toHaveProperty('shown')
  })
})

it('names the cause: no cookie, or another site', async () => {
  const fields = { username: 'ada', password, next: '', form_token: 'x' }
  const none = await server.browser().post('/login', fields)
  expect(none.text).toContain('Your browser sent no cookie')
  const browser = server.browser()
  await browser.get('/login')
  const foreign = await browser.post('/login', fields, { Origin: 'https://evil.example' })
  expect(foreign.text).toContain('was not sent from this site')
})
