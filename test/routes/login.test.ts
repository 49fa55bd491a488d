import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser, type Page } from '../browser.ts'
import { counted, everyBatchTwice } from '../faults.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let username = ''

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  username = `user${people++}`
  await addUser(username)
})

async function tryPassword(name: string, typed: string, on: Server = server): Promise<Page> {
  return (await on.browser().get('/login')).submit({ username: name, password: typed })
}

describe('signing in', () => {
  it('starts a session under a new id and redirects home', async () => {
    const browser = server.browser()
    const page = await (await browser.get('/login')).submit({
      username: ` ${username.toUpperCase()} `,
      password,
    })
    expect([page.status, page.location]).toEqual([303, '/'])
    expect(page.headers.getSetCookie().find((line) => line.startsWith('latchkey-session='))).toMatch(
      /^latchkey-session=[A-Za-z0-9_-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect((await browser.get('/')).html).toContain(username)
  })

  it('over https, keeps it in a cookie that no subdomain can set and no http request sends', async () => {
    const secure = 'https://id.example.com'
    const production = startServer({ config: { issuer: secure } })
    const browser = new Browser((path, init) => {
      const headers = new Headers(init?.headers)
      if (headers.has('origin')) headers.set('origin', secure)
      return production.fetch(secure + path, { ...init, headers })
    })
    const page = await (await browser.get('/login')).submit({ username, password })
    const cookies = page.headers.getSetCookie()
    expect(cookies.find((line) => line.includes('session='))).toMatch(
      /^__Host-session=[A-Za-z0-9_-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect(cookies.filter((line) => !line.startsWith('__Host-') || !line.includes('; Secure'))).toEqual([])
    // The plain cookie name of development is not accepted here.
    const [, session = ''] =
      /^__Host-session=([^;]+)/.exec(cookies.find((line) => line.includes('session=')) ?? '') ?? []
    const plain = await production.fetch(`${secure}/account`, {
      headers: { cookie: `latchkey-session=${session}` },
    })
    expect([plain.status, plain.headers.get('location')?.startsWith('/login')]).toEqual([303, true])
  })

  it('stores the session only as a hash', async () => {
    const browser = await server.signedIn(await addUser(`hashed${people++}`))
    const id = browser.cookies.get('latchkey-session') ?? 'missing'
    const rows = await env.DB.prepare('SELECT * FROM sessions').all()
    expect(JSON.stringify(rows.results)).not.toContain(id)
  })

  it('ends the session that was there before', async () => {
    const browser = await server.signedIn(await addUser(`twice${people++}`))
    const earlier = browser.cookies.get('latchkey-session') ?? ''
    await (await browser.get('/login')).submit({ username, password })
    const thief = server.browser()
    thief.cookies.set('latchkey-session', earlier)
    expect((await thief.get('/')).html).toContain('Sign in')
  })

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '/%09/evil.example/..//evil.example',
    '/a\t/b',
    ' /x',
    '/./..//evil.example',
  ])('never redirects to %j afterwards', async (next) => {
    const page = await (await server.browser().get(`/login?next=${encodeURIComponent(next)}`)).submit({
      username,
      password,
    })
    expect(new URL(page.location, 'http://localhost:8000').origin).toBe('http://localhost:8000')
    expect(page.location).not.toMatch(/^\/[/\\]/)
  })

  it('redirects to a path of our own', async () => {
    const page = await (await server.browser().get('/login?next=%2Fo%2Fapplications%3Fa%3D1')).submit({
      username,
      password,
    })
    expect(page.location).toBe('/o/applications?a=1')
  })

  it('ends when idle, and when old', async () => {
    const browser = await server.signedIn(await addUser(`idle${people++}`))
    const isIn = async () => (await browser.get('/')).html.includes('Sign out')
    server.now += 14 * 86_400 - 1
    expect(await isIn()).toBe(true)
    server.now += 14 * 86_400 - 1
    expect(await isIn()).toBe(true)
    server.now += 3 * 86_400
    expect(await isIn()).toBe(false)
  })
})

describe('wrong credentials', () => {
  it('get one answer and the same work, known or unknown', async () => {
    const count = counted()
    const watched = startServer({ bindings: { DB: count.db } })
    const observe = async (name: string) => {
      const login = await watched.browser().get('/login')
      count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
      const page = await login.submit({ username: name, password: 'wrong password' })
      const html = page.html
        .replaceAll(name, 'NAME')
        .replaceAll(/value="[A-Za-z0-9_-]{43}"|<code>[^<]*<\/code>/g, '')
      return { status: page.status, html, ...count.counts }
    }
    const known = await observe(username)
    expect(known.status).toBe(400)
    expect(known.html).toContain('Username or password is wrong.')
    expect(await observe('nobody')).toEqual(known)
    await env.DB.prepare("UPDATE users SET password_hash = '' WHERE username = ?").bind(username).run()
    expect(await observe(username)).toEqual(known)
  })

  it('keep what was typed, except the password', async () => {
    const page = await tryPassword(username, 'wrong password')
    expect(page.html).toContain(`value="${username}"`)
    expect(page.html).not.toContain('wrong password')
    expect(page.html).toContain('<title>Error: ')
  })
})

describe('guessing', () => {
  const guess = async (times: number) => {
    for (let i = 0; i < times; i++) await tryPassword(username, 'wrong password')
  }

  it('is locked after five attempts, for longer each time, for the right password too', async () => {
    await guess(5)
    const locked = await tryPassword(username, password)
    expect([locked.status, locked.headers.get('Retry-After')]).toEqual([429, '2'])
    server.now += 2
    await guess(1)
    expect((await tryPassword(username, password)).headers.get('Retry-After')).toBe('4')
    server.now += 4
    expect((await tryPassword(username, password)).status).toBe(303)
  })

  it('is forgotten after a success', async () => {
    await guess(4)
    expect((await tryPassword(username, password)).status).toBe(303)
    await guess(4)
    expect((await tryPassword(username, password)).status).toBe(303)
  })

  it('never locks for longer than a quarter of an hour', async () => {
    for (let i = 0; i < 30; i++) {
      await guess(1)
      server.now += 900
    }
    expect((await tryPassword(username, password)).status).toBe(303)
  })

  it('in parallel gets no more than the five free attempts', async () => {
    const logins = await Promise.all(Array.from({ length: 20 }, () => server.browser().get('/login')))
    const answers = await Promise.all(
      logins.map((login) => login.submit({ username, password: 'wrong password' })),
    )
    expect(answers.filter((page) => page.status === 400)).toHaveLength(5)
    expect(answers.filter((page) => page.status === 429)).toHaveLength(15)
  })

  it('counts once when its write is executed twice', async () => {
    const twice = startServer({ bindings: { DB: everyBatchTwice() } })
    for (let i = 0; i < 4; i++) await tryPassword(username, 'wrong password', twice)
    expect((await tryPassword(username, password, twice)).status).toBe(303)
  })

  it('of an unknown name is locked the same way', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push((await tryPassword('nobody', 'wrong password')).status)
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429])
  })

  it('of many names from one address is locked after fifty, while successes do not count', async () => {
    for (let i = 0; i < 3; i++) expect((await tryPassword(username, password)).status).toBe(303)
    for (let i = 0; i < 50; i++) expect((await tryPassword(`name${i}`, 'wrong password')).status).toBe(400)
    expect((await tryPassword(username, password)).status).toBe(429)
    server.now += 2
    expect((await tryPassword(username, password)).status).toBe(303)
  })
})

describe('a sign-in form', () => {
  it('from another site is refused', async () => {
    const browser = server.browser()
    const fields = { ...(await browser.get('/login')).forms[0]?.fields, username, password }
    expect((await browser.post('/login', fields, { Origin: 'https://evil.example' })).status).toBe(403)
    expect((await browser.post('/login', { ...fields, form_token: 'x' })).status).toBe(403)
    expect((await server.browser().post('/login', fields)).status).toBe(403)
    expect((await browser.post('/login', fields)).status).toBe(303)
  })
})

describe('signing out', () => {
  it('ends the session, and asks first when it is a link', async () => {
    const browser = await server.signedIn(await addUser(`out${people++}`))
    const id = browser.cookies.get('latchkey-session') ?? ''
    const page = await browser.get('/logout')
    expect(page.html).toContain('Sign out?')
    // One that another tab may have outdated is asked again.
    expect((await browser.post('/logout', { form_token: 'x' })).location).toBe('/logout')
    expect((await browser.get('/logout')).html).toContain('Sign out?')
    const elsewhere = { Origin: 'https://evil.example' }
    expect((await browser.post('/logout', page.forms[0]?.fields ?? {}, elsewhere)).status).toBe(403)
    expect((await page.submit({ form_token: page.forms[0]?.fields.form_token ?? '' })).location).toBe(
      '/logout',
    )
    expect(browser.cookies.has('latchkey-session')).toBe(false)
    browser.cookies.set('latchkey-session', id)
    expect((await browser.get('/')).html).not.toContain('Sign out')
  })
})
