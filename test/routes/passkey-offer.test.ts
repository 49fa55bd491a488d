import { beforeAll, describe, expect, it } from 'vitest'
import { addPasskey, SoftAuthenticator } from '../authenticator.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

const server = startServer()

/** Signs in like the page's script on a device with passkeys. */
async function signIn(username: string, browser = server.browser(), able = 'yes') {
  const login = await browser.get('/login?next=%2Fo%2Fapplications%3Fa%3Db')
  const answer = await login.submit({ username, password, can_have_passkey: able })
  return { browser, location: answer.location }
}

const offer = '/account/passkeys/offer?next=%2Fo%2Fapplications%3Fa%3Db'

describe('a passkey', () => {
  it('is offered after a password on a capable device; not again in a browser that declined', async () => {
    const { username } = await addUser('ada')
    expect((await signIn(username, undefined, '')).location).toBe('/o/applications?a=b')
    const { browser, location } = await signIn(username)
    expect(location).toBe(offer)
    const page = await browser.get(location)
    expect(page.html).toContain('href="/account/passkeys/new?next=%2Fo%2Fapplications%3Fa%3Db"')
    expect((await page.submit({})).location).toBe('/o/applications?a=b')
    expect((await browser.get(offer)).location).toBe('/o/applications?a=b')
    expect((await signIn(username)).location).toBe(offer)
  })

  it('is not offered to a person with a passkey, with an authenticator app, or without a session', async () => {
    const user = await addUser('grace')
    const browser = await server.signedIn(user)
    await addPasskey(browser, new SoftAuthenticator())
    expect((await signIn(user.username)).location).toBe('/o/applications?a=b')
    expect((await browser.get(offer)).location).toBe('/o/applications?a=b')
    const other = await addUser('lin')
    await setUpAuthenticator(server, await server.signedIn(other))
    expect((await signIn(other.username)).location).toContain('/login/code')
    expect((await server.browser().get(offer)).location).toContain('/login')
  })

  it('does not block the redirect to a client: no policy of its pages restricts where a form may lead', async () => {
    const { browser } = await signIn((await addUser('vera')).username)
    const next = 'next=%2Fo%2Fauthorize%3Fclient_id%3Da'
    for (const path of ['passkeys/offer', 'passkeys/new', 'authenticator/set-up']) {
      const page = await browser.get(`/account/${path}?${next}`)
      expect([path, page.status]).toEqual([path, 200])
      expect(page.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
      expect(page.headers.get('Content-Security-Policy')).not.toContain('form-action')
    }
    const alone = await browser.get('/account/passkeys/new')
    expect(alone.headers.get('Content-Security-Policy')).toContain("form-action 'self'")
  })

  it('never leads to another site', async () => {
    const { browser } = await signIn((await addUser('max')).username)
    const page = await browser.get('/account/passkeys/offer?next=//evil.example')
    expect(page.forms[0]?.fields.next).toBe('/')
    expect((await page.submit({ next: 'https://evil.example' })).location).toBe('/')
  })
})
