import { beforeAll, describe, expect, it } from 'vitest'
import { type ClientOpenid, defaultClientOpenid } from '../../src/rules/clients/client.ts'
import { type Cast, cast, signIn } from '../cast.ts'
import { Person } from '../person.ts'
import type { TokenSet } from '../relying-party.ts'
import { applySchema } from '../server.ts'

beforeAll(applySchema)

const back = 'https://app.example/signed-out'
const openid: ClientOpenid = { ...defaultClientOpenid, pkceOptional: true }

const world = () => cast(undefined, { postLogoutRedirectUris: [back], openid })
const logout = (tokens: TokenSet, rest = '') =>
  `/o/logout?id_token_hint=${tokens.id_token}&post_logout_redirect_uri=${encodeURIComponent(back)}${rest}`

async function isSignedIn({ rp, person }: Cast): Promise<boolean> {
  return rp.answer(await person.browser.get(rp.request({ prompt: 'none' }))).has('code')
}

describe('a hint of another session is not trusted: the person is asked, and returns to the application afterwards', () => {
  it('of another user', async () => {
    const here = await world()
    const tokens = await signIn(here)
    const other = await cast()
    const theirs = await signIn({ ...other, rp: here.rp })
    const page = await here.person.browser.get(logout(theirs, '&state=x'))
    expect([page.status, page.text.includes('Sign out?'), await isSignedIn(here)]).toEqual([200, true, true])
    expect((await page.submit({ confirm: 'yes' })).location).toBe(`${back}?state=x`)
    expect(await isSignedIn(here)).toBe(false)
    expect(tokens.id_token).not.toBe(theirs.id_token)
  })

  it('of the same user in another browser', async () => {
    const here = await world()
    await signIn(here)
    const elsewhere = { ...here, person: new Person(here.server, here.person.user) }
    const theirs = await signIn(elsewhere)
    const page = await here.person.browser.get(logout(theirs))
    expect([page.status, await isSignedIn(here)]).toEqual([200, true])
    expect((await page.submit({ confirm: 'yes' })).location).toBe(back)
    expect([await isSignedIn(here), await isSignedIn(elsewhere)]).toEqual([false, true])
  })

  it('but not one of the same session after signing in again', async () => {
    const here = await world()
    const tokens = await signIn(here)
    here.server.now += 10
    await signIn(here, { prompt: 'login' })
    expect((await here.person.browser.get(logout(tokens))).location).toBe(back)
    expect(await isSignedIn(here)).toBe(false)
  })
})

describe('the question', () => {
  it('is answered only by our own form of this session', async () => {
    const here = await world()
    await signIn(here)
    const asked = await here.person.browser.get('/o/logout')
    const fields = { ...asked.forms[0]?.fields, confirm: 'yes' }
    const { browser } = here.person
    const forged = [
      await browser.post('/o/logout', { confirm: 'yes' }),
      await browser.post('/o/logout', { confirm: 'yes', form_token: 'x' }),
      await browser.post('/o/logout', fields, { Origin: 'https://evil.example' }),
      await browser.post('/o/logout', fields, { 'Sec-Fetch-Site': 'cross-site' }),
    ]
    // One that another tab may have outdated is asked again; none of them signs anybody out.
    expect(forged.map(({ status }) => status)).toEqual([200, 200, 403, 403])
    expect(forged[1]?.forms[0]?.fields.confirm).toBe('yes')
    expect(await isSignedIn(here)).toBe(true)
  })

  it('answered twice ends in the same place: a double click is not an error', async () => {
    const here = await world()
    const tokens = await signIn({ ...(await cast()), rp: here.rp })
    await signIn(here)
    const asked = await here.person.browser.get(logout(tokens, '&state=x'))
    const cookies = new Map(here.person.browser.cookies)
    const first = await asked.submit({ confirm: 'yes' })
    const late = await asked.submit({ confirm: 'yes' })
    for (const [name, value] of cookies) here.person.browser.cookies.set(name, value)
    const parallel = await asked.submit({ confirm: 'yes' })
    expect([first, late, parallel].map(({ location }) => location)).toEqual(Array(3).fill(`${back}?state=x`))
    expect(await isSignedIn(here)).toBe(false)
  })
})

it('requested twice by the application, the second time finds no session and returns at once', async () => {
  const here = await world()
  const tokens = await signIn(here)
  for (const attempt of [1, 2]) {
    const page = await here.person.browser.get(logout(tokens, '&state=x'))
    expect([attempt, page.location]).toEqual([attempt, `${back}?state=x`])
  }
})

it.each(['/logout', '/o/logout'])('a form on another site removes no cookie: POST %s', async (path) => {
  const here = await world()
  await signIn(here)
  // SameSite=Lax: the browser sends it without the cookie, but would obey a Set-Cookie in the answer.
  const response = await here.server.fetch(path, {
    method: 'POST',
    body: new URLSearchParams({ confirm: 'yes' }),
    headers: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    redirect: 'manual',
  })
  expect(response.headers.getSetCookie().filter((line) => line.startsWith('latchkey-session='))).toEqual([])
  expect(await isSignedIn(here)).toBe(true)
})

it('a visitor without a session or parameters is told that they are signed out', async () => {
  const stranger = (await world()).server.browser()
  for (const path of ['/o/logout', '/o/logout?state=x', '/o/logout?id_token_hint=nonsense']) {
    expect([path, (await stranger.get(path)).location]).toEqual([path, '/logout'])
  }
  expect((await stranger.get('/logout')).text).toContain('You are signed out')
})

it('a parameter that is sent twice is an error page', async () => {
  const here = await world()
  const tokens = await signIn(here)
  const page = await here.person.browser.get(logout(tokens, '&post_logout_redirect_uri=https://evil.example'))
  expect([page.status, page.location, await isSignedIn(here)]).toEqual([400, '', true])
})

it('the address may be on loopback, but its port is compared; a registered query is kept', async () => {
  const uris = ['http://127.0.0.1:3000/out', 'https://app.example/out?tenant=1&x=%20']
  const here = await cast(undefined, { postLogoutRedirectUris: uris, openid })
  const tokens = await signIn(here)
  const to = (uri: string) =>
    `/o/logout?id_token_hint=${tokens.id_token}&state=s&post_logout_redirect_uri=${encodeURIComponent(uri)}`
  expect((await here.person.browser.get(to('http://127.0.0.1:3001/out'))).status).toBe(400)
  expect((await here.person.browser.get(to(uris[1] ?? ''))).location).toBe(`${uris[1]}&state=s`)
  expect((await here.person.browser.get(to(uris[0] ?? ''))).location).toBe(`${uris[0]}?state=s`)
})
