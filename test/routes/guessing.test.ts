import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Browser, Page } from '../browser.ts'
import { counted } from '../faults.ts'
import { linkTo } from '../mails.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let username = ''

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  username = `owner${people++}`
  await addUser(username)
})

function browserAt(address: string, on: Server = server): Browser {
  const browser = on.browser()
  browser.address = address
  return browser
}

async function signIn(browser: Browser, typed = password, name = username): Promise<Page> {
  return (await browser.get('/login')).submit({ username: name, password: typed })
}

/** The owner's browser, after they signed in and out again. */
async function knownBrowser(address = '198.51.100.1'): Promise<Browser> {
  const browser = browserAt(address)
  expect((await signIn(browser)).status).toBe(303)
  await (await browser.get('/logout')).submit({})
  return browser
}

/** Wrong passwords from the given addresses, without waiting. */
async function attack(times: number, addressOf: (i: number) => string): Promise<readonly number[]> {
  const statuses: number[] = []
  for (let i = 0; i < times; i++) {
    statuses.push((await signIn(browserAt(addressOf(i)), `wrong password ${i}`)).status)
  }
  return statuses
}

/** The state after a hundred guesses of a botnet, without the time they take: the last of them is a real one. */
async function usedUp(): Promise<void> {
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  await attack(1, botnet)
  await env.DB.prepare("UPDATE sign_in_attempts SET attempts = 99 WHERE subject GLOB 'account:*'").run()
  await attack(1, () => '192.0.2.99')
}

const refused = (statuses: readonly number[]) => statuses.filter((status) => status === 429).length
const oneStranger = () => '203.0.113.1'
const botnet = (i: number) => `192.0.2.${i}`

describe('ten right passwords at once, from one address', () => {
  /** Counted before the passwords are checked, so that parallel guesses are counted: two seconds may be too short for all. */
  it('sign in at least five, the others after two seconds, and leave nothing behind', async () => {
    const browsers = await Promise.all(
      Array.from({ length: 10 }, async () => {
        const browser = browserAt('198.51.100.7')
        return { browser, form: await browser.get('/login') }
      }),
    )
    const pages = await Promise.all(browsers.map(({ form }) => form.submit({ username, password })))
    expect(pages.filter(({ status }) => status === 303).length).toBeGreaterThanOrEqual(5)
    for (const { status, headers } of pages)
      expect([status, Number(headers.get('Retry-After') ?? 0) <= 2]).toEqual([
        status === 303 ? 303 : 429,
        true,
      ])
    server.now += 2
    for (const [i, { status }] of pages.entries()) {
      const { browser } = browsers[i] ?? expect.fail('There is a browser for each page')
      if (status === 429) expect((await signIn(browser)).status).toBe(303)
    }
    expect(refused(await attack(5, () => '198.51.100.7'))).toBe(0)
  })
})

describe('a stranger who guesses from one address', () => {
  it('is slowed, and nobody else is', async () => {
    expect(refused(await attack(12, oneStranger))).toBe(7)
    expect((await signIn(browserAt('198.51.100.1'))).status).toBe(303)
    expect((await signIn(browserAt('203.0.113.1'))).status).toBe(429)
  })

  it('continues for a day as fast as possible, and the owner still gets in from an unknown browser', async () => {
    for (let tries = 0, end = server.now + 86_400; server.now < end && tries < 500; tries++) {
      const { status, headers } = await signIn(browserAt('203.0.113.1'), 'wrong password')
      if (status === 429) server.now += Number(headers.get('Retry-After'))
    }
    expect((await signIn(browserAt('198.51.100.1'))).status).toBe(303)
  })

  it('has one budget for a /64 of IPv6, and one for the /48 around it', async () => {
    expect(refused(await attack(12, (i) => `2001:db8:1:1::${i.toString(16)}`))).toBe(7)
    expect(refused(await attack(30, (i) => `2001:db8:2:${i.toString(16)}::1`))).toBe(10)
    expect((await signIn(browserAt('2001:db8:3::1'))).status).toBe(303)
  })

  it('has one budget for an IPv4 address, however it is written', async () => {
    const forms = ['203.0.113.1', '::ffff:203.0.113.1', '::FFFF:cb00:7101']
    expect(refused(await attack(12, (i) => forms[i % 3] ?? ''))).toBe(7)
    expect((await signIn(browserAt('::ffff:203.0.113.2'))).status).toBe(303)
  })
})

describe('many who guess from everywhere', () => {
  it('have a hundred guesses together, then one at a time', async () => {
    expect(refused(await attack(110, botnet))).toBe(10)
    const stranger = await signIn(browserAt('198.51.100.1'))
    expect([stranger.status, stranger.headers.get('Retry-After')]).toEqual([429, '2'])
  })

  it('never lock out a browser that the account knows, at any address', async () => {
    const owner = await knownBrowser()
    await usedUp()
    owner.address = '192.0.2.1'
    expect((await signIn(owner)).status).toBe(303)
    expect((await signIn(browserAt('192.0.2.1'))).status).toBe(429)
  })
})

describe('a browser that the account knows', () => {
  it('has five guesses of its own, and gets them back with the right password', async () => {
    const owner = await knownBrowser()
    for (let i = 0; i < 5; i++) expect((await signIn(owner, 'wrong password')).status).toBe(400)
    expect((await signIn(owner)).status).toBe(429)
    server.now += 2
    expect((await signIn(owner)).status).toBe(303)
    expect((await signIn(owner, 'wrong password')).status).toBe(400)
    // Guesses from there count for nobody else.
    expect((await signIn(browserAt('203.0.113.9'))).status).toBe(303)
  })

  it('is known to this account only, and keeps other accounts', async () => {
    const mine = await knownBrowser()
    const other = username
    username = `guest${people++}`
    await addUser(username)
    await usedUp()
    expect((await signIn(mine)).status).toBe(429)
    await env.DB.prepare('DELETE FROM sign_in_attempts').run()
    expect((await signIn(mine)).status).toBe(303)
    await usedUp()
    expect((await signIn(mine)).status).toBe(303)
    username = other
    await usedUp()
    expect((await signIn(mine)).status).toBe(303)
  })

  it('has a cookie without a name, and one budget however often it signs in', async () => {
    const owner = await knownBrowser()
    const first = owner.cookies.get('latchkey-known') ?? ''
    expect(decodeURIComponent(first)).toMatch(/^[\w-]{22}\.[\w-]{43}$/)
    const { id } =
      (await env.DB.prepare('SELECT id FROM users WHERE username = ?').bind(username).first()) ?? {}
    expect(first).not.toContain(String(id))
    await signIn(owner)
    expect(owner.cookies.get('latchkey-known')).toBe(first)
  })

  it("can't be forged: a changed cookie counts for nothing", async () => {
    const owner = await knownBrowser()
    const cookie = owner.cookies.get('latchkey-known') ?? ''
    await usedUp()
    for (const made of ['', '~', 'x'.repeat(9000), cookie.slice(0, -1), `A${cookie.slice(1)}`]) {
      owner.cookies.set('latchkey-known', made)
      expect((await signIn(owner)).status).toBe(429)
    }
    owner.cookies.set('latchkey-known', cookie)
    expect((await signIn(owner)).status).toBe(303)
  })

  it('is forgotten by a reset of the password, except in the browser that did it', async () => {
    const before = await knownBrowser()
    await (await browserAt('198.51.100.2').get('/password-reset')).submit({ account: username })
    const resetting = browserAt('198.51.100.2')
    await (await resetting.get(await linkTo(`${username}@example.com`))).submit({
      password: 'another long one',
    })
    await usedUp()
    expect((await signIn(before, 'another long one')).status).toBe(429)
    expect((await signIn(resetting, 'another long one')).status).toBe(303)
  })

  it('is forgotten by a change of the password, except in the browser that did it', async () => {
    const before = await knownBrowser()
    const changing = browserAt('198.51.100.3')
    await signIn(changing)
    const next = 'another long one'
    const page = await changing.get('/account/password')
    await page.submit({ current_password: password, new_password: next, new_password_again: next })
    await (await changing.get('/logout')).submit({})
    await usedUp()
    expect((await signIn(before, next)).status).toBe(429)
    expect((await signIn(changing, next)).status).toBe(303)
  })
})

it('a signed-in person can enter their password, whatever strangers do', async () => {
  const owner = browserAt('198.51.100.1')
  await signIn(owner)
  await usedUp()
  owner.cookies.delete('latchkey-known')
  const change = async (current: string) => {
    const fields = {
      current_password: current,
      new_password: 'another long one',
      new_password_again: 'another long one',
    }
    return (await (await owner.get('/account/password')).submit(fields)).status
  }
  for (let i = 0; i < 5; i++) expect(await change('wrong password')).toBe(400)
  expect(await change(password)).toBe(429)
  server.now += 2
  expect(await change(password)).toBe(303)
})

it('refused attempts write only a counter per day, however many there are', async () => {
  await attack(5, oneStranger)
  const rows = async () =>
    JSON.stringify((await env.DB.prepare('SELECT * FROM sign_in_attempts ORDER BY subject').all()).results)
  const before = await rows()
  expect(refused(await attack(5, oneStranger))).toBe(5)
  expect(await rows()).toBe(before)
})

it('costs the same for an unknown name, in a browser that is known to somebody', async () => {
  const owner = await knownBrowser()
  const count = counted()
  const watched = startServer({ bindings: { DB: count.db } })
  const work: (typeof count.counts)[] = []
  for (const name of [username, 'nobody-there']) {
    const browser = browserAt('198.51.100.1', watched)
    browser.cookies.set('latchkey-known', owner.cookies.get('latchkey-known') ?? '')
    const page = await browser.get('/login')
    count.counts = { reads: 0, writes: 0, gets: 0, puts: 0 }
    expect((await page.submit({ username: name, password: 'wrong password' })).status).toBe(400)
    work.push({ ...count.counts })
  }
  expect(work[0]).toEqual(work[1])
})
