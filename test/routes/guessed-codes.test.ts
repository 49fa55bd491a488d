import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { argon2id } from '../../src/secrets/argon2id.ts'
import { hashPassword } from '../../src/secrets/passwords.ts'
import type { User } from '../../src/store/people/users.ts'
import type { Browser, Page } from '../browser.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { type Protected, setUpAuthenticator } from '../second-factor.ts'
import { addUser, applySchema, password, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

const newPassword = 'a wholly different one'
let server: Server
let people = 0
let user: User
let owner: Browser
let mine: Protected

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  user = await addUser(`user${people++}`)
  owner = await server.signedIn(user)
  owner.address = '198.51.100.1'
  mine = await setUpAuthenticator(server, owner)
  await (await owner.get('/logout')).submit({})
  server.now += 60
})

/** The page that asks for the code, after the right password. */
async function atCode(browser: Browser, typed = password): Promise<Page> {
  const answer = await (await browser.get('/login')).submit({ username: user.username, password: typed })
  expect(answer.location).toContain('/login/code')
  return browser.get(answer.location)
}

function browserAt(address: string): Browser {
  const browser = server.browser()
  browser.address = address
  return browser
}

async function guess(times: number, address: string): Promise<readonly number[]> {
  const page = await atCode(browserAt(address))
  const statuses: number[] = []
  for (let i = 0; i < times; i++) statuses.push((await page.submit({ code: '000000' })).status)
  return statuses
}

/** Fifty wrong codes, from addresses that are each used up. */
async function useUp(): Promise<void> {
  for (let i = 0; i < 10; i++) await guess(5, `192.0.2.${i}`)
}

const subjects = async () => (await mailsTo(user.email ?? '')).map(({ subject }) => subject)

describe('a person who has learned the password', () => {
  it('is slowed at the second step, and the owner is not, in any browser', async () => {
    expect(await guess(7, '203.0.113.1')).toEqual([400, 400, 400, 400, 400, 429, 429])
    const elsewhere = await atCode(browserAt('198.51.100.2'))
    expect((await elsewhere.submit({ code: mine.phone.code() })).location).toBe('/')
  })

  it('is reported to the owner by mail, once', async () => {
    const before = (await subjects()).length
    await guess(4, '203.0.113.1')
    expect(await subjects()).toHaveLength(before)
    await guess(3, '203.0.113.2')
    expect((await subjects()).slice(before)).toEqual(['Someone knows your password'])
    await guess(5, '203.0.113.3')
    expect(await subjects()).toHaveLength(before + 1)
    expect((await mailsTo(user.email ?? '')).at(-1)?.text).toContain('http://localhost:8000/password-reset')
  })

  it('has fifty guesses in a month, from all networks together', async () => {
    await useUp()
    const page = await atCode(browserAt('203.0.113.9'))
    const capped = await page.submit({ code: mine.phone.code() })
    expect([capped.status, capped.text]).toEqual([
      429,
      expect.stringContaining('a browser that you have signed in with before'),
    ])
    server.now += 29 * 86_400
    expect((await (await atCode(browserAt('203.0.113.9'))).submit({ code: mine.phone.code() })).status).toBe(
      429,
    )
    server.now += 2 * 86_400
    expect((await (await atCode(browserAt('203.0.113.9'))).submit({ code: mine.phone.code() })).status).toBe(
      303,
    )
  })

  it('does not get new guesses by waiting a day before the last of them', async () => {
    for (let i = 0; i < 9; i++) await guess(5, `192.0.2.${i}`)
    server.now += 2 * 86_400
    await guess(5, '192.0.2.9')
    expect((await (await atCode(browserAt('203.0.113.9'))).submit({ code: mine.phone.code() })).status).toBe(
      429,
    )
  })
})

describe('after fifty wrong codes the owner gets in', () => {
  beforeEach(useUp)

  it('in a browser that the account knows', async () => {
    expect((await (await atCode(owner)).submit({ code: mine.phone.code() })).location).toBe('/')
  })

  it('with a new password, in any browser', async () => {
    await env.DB.prepare('UPDATE users SET email_verified_at = 1 WHERE id = ?').bind(user.id).run()
    await env.DB.prepare('UPDATE authenticators SET trusted_at = 0 WHERE user_id = ?').bind(user.id).run()
    const browser = browserAt('198.51.100.7')
    await (await browser.get('/password-reset')).submit({ account: user.username })
    await (await browser.get(await linkTo(user.email ?? ''))).submit({ password: newPassword })
    const page = await atCode(browserAt('198.51.100.8'), newPassword)
    expect((await page.submit({ code: mine.phone.code() })).status).toBe(303)
  })

  it('not in a browser whose cookie belongs to the old password', async () => {
    const anew = hashPassword(await argon2id(), password)
    await env.DB.prepare('UPDATE users SET password_hash = ? WHERE id = ?').bind(anew, user.id).run()
    expect((await (await atCode(owner)).submit({ code: mine.phone.code() })).status).toBe(429)
  })
})

it('a known browser has five guesses of its own', async () => {
  const page = await atCode(owner)
  for (let i = 0; i < 5; i++) expect((await page.submit({ code: '000000' })).status).toBe(400)
  expect((await page.submit({ code: mine.phone.code() })).status).toBe(429)
  server.now += 2
  expect((await page.submit({ code: mine.phone.code() })).status).toBe(303)
})
