import { beforeAll, describe, expect, it } from 'vitest'
import { addPasskey, SoftAuthenticator, usePasskey } from '../authenticator.ts'
import type { Browser } from '../browser.ts'
import { setUpAuthenticator } from '../second-factor.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

const typed: readonly [string, Record<string, string>, RegExp][] = [
  ['/account/email', { email: 'new+ada@example.com' }, /value="new\+ada@example.com"/],
  ['/account/passkeys/new', { name: 'Grün & klein' }, /value="Grün &amp; klein"/],
]

const passkeyPages = async (browser: Browser) =>
  (await browser.get('/account/passkeys')).html.match(/\/account\/passkeys\/[^"]+\/remove/) ?? []

/** Everything that needs a sign-in within the last ten minutes: where it is shown, and where it is sent. */
describe('a dangerous action', () => {
  it('needs a sign-in within the last ten minutes', async () => {
    const server = startServer()
    const user = await addUser('ada', 'administrator')
    const other = await addUser('other')
    const withFactor = await addUser('with-factor')
    await setUpAuthenticator(server, await server.signedIn(withFactor))
    const { client } = await addClient(user)
    const browser = await server.signedIn(user)
    await setUpAuthenticator(server, browser)
    await addPasskey(browser, new SoftAuthenticator())
    const [removePasskey = ''] = await passkeyPages(browser)
    const paths = [
      `/o/applications/${client.id}/secrets`,
      `/o/applications/${client.id}/delete`,
      '/account/authenticator/remove',
      '/account/authenticator/recovery-codes',
      '/account/passkeys/new',
      removePasskey,
      '/account/email',
      '/account/delete',
      `/admin/users/${other.id}/sessions`,
      '/admin/keys/ES256/rotation',
      `/admin/applications/${client.id}/suspension`,
      `/admin/users/${other.id}/suspension`,
      `/admin/users/${other.id}/role`,
      `/admin/users/${withFactor.id}/factors`,
      `/admin/users/${other.id}/claims`,
      `/admin/users/${user.id}/claims`,
      `/admin/applications/${client.id}/trust`,
    ]
    server.now += 600
    const shown = await Promise.all(paths.map((path) => browser.get(path)))
    expect(shown.map(({ status }) => status)).toEqual(paths.map(() => 200))
    server.now += 1
    for (const [i, path] of paths.entries()) {
      const login = `/login?next=${encodeURIComponent(path)}`
      expect((await browser.get(path)).location).toBe(`${login}&again=`)
      const { location } = await browser.post(path, shown[i]?.forms.at(-1)?.fields ?? {})
      expect(location.startsWith(login) && location.endsWith('&again=')).toBe(true)
    }
    expect((await browser.get(`/o/applications/${client.id}`)).status).toBe(200)
  })

  it('includes downloads with everything that is known about people', async () => {
    const server = startServer()
    const browser = await server.signedIn(await addUser('reader', 'administrator'))
    for (const path of ['/account/export', '/admin/audit.csv']) {
      server.now += 600
      const fresh = await server.signedIn(await addUser(`reader-${path.length}`, 'administrator'))
      expect((await fresh.get(path)).status).toBe(200)
      server.now += 1
      expect((await browser.get(path)).location).toBe(`/login?next=${encodeURIComponent(path)}&again=`)
    }
  })

  it('follows the sign-in, for the same person in the same session of their applications', async () => {
    const server = startServer()
    const user = await addUser('grace')
    const { client } = await addClient(user)
    const browser = await server.signedIn(user)
    server.now += 601
    const login = await browser.get((await browser.get(`/o/applications/${client.id}/delete`)).location)
    expect(login.text).toContain('Please sign in again')
    const back = await login.submit({ username: user.username, password })
    expect(back.location).toBe(`/o/applications/${client.id}/delete`)
    expect((await (await browser.get(back.location)).submit({})).location).toBe('/o/applications?deleted=')
  })
})

describe('what was typed', () => {
  const signInAgain = async (browser: Browser, location: string, username: string) => {
    const login = await browser.get(location)
    return browser.get((await login.submit({ username, password })).location)
  }

  it('is shown again afterwards, and can be sent', async () => {
    const server = startServer()
    const user = await addUser('kept', 'administrator')
    const other = await addUser('other-kept')
    const { client } = await addClient(user)
    let browser = await server.signedIn(user)
    const forms: readonly (typeof typed)[number][] = [
      ...typed,
      [`/o/applications/${client.id}/secrets`, { expires: '1-year' }, /value="1-year" checked/],
      [`/admin/users/${other.id}/role`, { role: 'support' }, /value="support" checked/],
      [`/admin/applications/${client.id}/trust`, { trust: 'verified' }, /value="verified" checked/],
      [
        `/admin/users/${other.id}/claims`,
        { groups: 'staff\nanalysts', locality: 'Paris', email: '' },
        /value="Paris"/,
      ],
    ]
    for (const [path, fields, expected] of forms) {
      browser = await server.signedIn(user)
      const form = await browser.get(path)
      expect(form.html).not.toMatch(expected)
      server.now += 601
      const { location } = await form.submit(fields)
      const back = await signInAgain(browser, location, user.username)
      expect([path, back.status]).toEqual([path, 200])
      expect(back.html).toMatch(expected)
      expect(Object.entries(back.forms.at(-1)?.fields ?? {})).toEqual(
        expect.arrayContaining(Object.entries(fields)),
      )
    }
  })

  it('is left out where no URL could contain it', async () => {
    const server = startServer()
    const browser = await server.signedIn(await addUser('wordy'))
    const form = await browser.get('/account/email')
    server.now += 601
    const { location } = await form.submit({ email: 'é'.repeat(8000) })
    expect(location).toBe(`/login?next=${encodeURIComponent('/account/email')}&again=`)
  })

  it.each(typed)("at %s can't be filled in by anybody else", async (path, fields, expected) => {
    const server = startServer()
    const user = await addUser(`victim${path.length}`)
    const thief = await addUser(`thief${path.length}`)
    const at = async (browser: Browser, by: string) => {
      const form = await browser.get(path)
      server.now += 601
      return new URL((await form.submit(fields)).location, 'https://x').searchParams.get('next') ?? by
    }
    const lure = await at(await server.signedIn(thief), '')
    expect(lure).toContain('signed=')
    const browser = await server.signedIn(user)
    for (const link of [lure, `${path}?${new URLSearchParams(fields)}`, lure.replace(/&signed=.*/, '')])
      expect((await browser.get(link)).html).not.toMatch(expected)
  })
})

describe('a form of another person', () => {
  it.each<[string, Record<string, string>]>([
    [
      'from a page on another name of the same site',
      { Origin: 'https://evil.localhost', 'Sec-Fetch-Site': 'same-site' },
    ],
    ['without its token', { 'Sec-Fetch-Site': 'same-origin' }],
  ])('fills in nothing %s', async (name, headers) => {
    const server = startServer()
    const user = await addUser(`lured-${name.length}`)
    const browser = await server.signedIn(user)
    server.now += 601
    const { location } = await browser.post('/account/email', { email: 'thief@example.com' }, headers)
    expect(location).toBe(`/login?next=${encodeURIComponent('/account/email')}&again=`)
  })
})

describe('a person with an authenticator app', () => {
  it('enters its code for dangerous actions, in every session', async () => {
    const server = startServer()
    const user = await addUser('lin')
    const elsewhere = await server.signedIn(user)
    const browser = await server.signedIn(user)
    const { phone } = await setUpAuthenticator(server, browser)
    await addPasskey(browser, new SoftAuthenticator())
    // A person who has just set it up has shown it.
    expect((await browser.get('/account/authenticator/remove')).status).toBe(200)

    const [removePasskey = ''] = await passkeyPages(elsewhere)
    for (const path of [
      '/account/passkeys/new',
      '/account/authenticator/remove',
      removePasskey,
      '/account/delete',
    ]) {
      const answer = await elsewhere.get(path)
      expect(answer.location).toBe(`/login?next=${encodeURIComponent(path)}&again=`)
      expect((await elsewhere.get(answer.location)).text).toContain('This step needs your second factor.')
      expect((await elsewhere.post(path, {})).status).toBe(303)
    }
    expect((await elsewhere.get('/account')).status).toBe(200)
    const login = await elsewhere.get(`/login?next=${removePasskey}&again=`)
    const code = await elsewhere.get((await login.submit({ username: user.username, password })).location)
    server.now += 30
    expect((await code.submit({ code: phone.code() })).location).toBe(removePasskey)
    expect((await elsewhere.get(removePasskey)).status).toBe(200)
  })

  it('may use a passkey instead', async () => {
    const server = startServer()
    const user = await addUser('max')
    const device = new SoftAuthenticator()
    const browser = await server.signedIn(user)
    await addPasskey(browser, device)
    await usePasskey(browser, device)
    const other = await server.signedIn(user)
    await setUpAuthenticator(server, browser)
    expect((await other.get('/account/passkeys/new')).status).toBe(303)
    await usePasskey(other, device)
    expect((await other.get('/account/passkeys/new')).status).toBe(200)
  })
})
