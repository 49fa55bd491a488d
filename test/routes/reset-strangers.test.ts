import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Browser } from '../browser.ts'
import { linkTo, mailsTo } from '../mails.ts'
import { addUser, applySchema, type Server, startServer } from '../server.ts'

beforeAll(applySchema)

let server: Server
let people = 0
let username = ''
let email = ''

beforeEach(async () => {
  server = startServer()
  await env.DB.prepare('DELETE FROM sign_in_attempts').run()
  username = `owner${people++}`
  email = `${username}@example.com`
  await addUser(username)
})

function browserAt(address: string): Browser {
  const browser = server.browser()
  browser.address = address
  return browser
}

const ask = async (browser: Browser, account: string) =>
  (await (await browser.get('/password-reset')).submit({ account })).status

const count = async () => (await mailsTo(email)).length

describe('strangers who request a new password for another person', () => {
  it('are slowed by address block, and the owner is not', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) statuses.push(await ask(browserAt(`2001:db8:1:1::${i}`), username))
    expect(statuses).toEqual([303, 303, 303, 429, 429])
    expect(await ask(browserAt('198.51.100.1'), username)).toBe(303)
    expect(await ask(browserAt('198.51.100.1'), email)).toBe(303)
    expect(await count()).toBe(5)
  })

  it('send at most one mail in half an hour, and a link in it always works', async () => {
    for (let i = 0; i < 30; i++) {
      expect(await ask(browserAt(`192.0.2.${i}`), i % 2 === 0 ? username : email)).toBe(303)
    }
    expect(await count()).toBe(20)
    const end = server.now + 6 * 3600
    for (let i = 0; server.now < end; i++, server.now += 60)
      await ask(browserAt(`203.0.113.${i % 250}`), email)
    expect(await count()).toBeLessThan(20 + 6 + 2 * 6)
    expect(await ask(browserAt('198.51.100.1'), username)).toBe(303)
    const page = await browserAt('198.51.100.1').get(await linkTo(email))
    expect((await page.submit({ password: 'a wholly different one' })).location).toBe('/password-reset/done')
  })

  it('do not stop the mail for a browser that the account knows', async () => {
    const owner = browserAt('198.51.100.1')
    await (await owner.get('/login')).submit({ username, password: 'correct horse battery' })
    await (await owner.get('/logout')).submit({})
    for (let i = 0; i < 21; i++) await ask(browserAt(`192.0.2.${i}`), username)
    expect(await count()).toBe(20)
    expect(await ask(owner, username)).toBe(303)
    expect(await count()).toBe(21)
  })

  it('do not learn which address belongs to whom', async () => {
    for (let i = 0; i < 3; i++) await ask(browserAt('192.0.2.1'), username)
    expect(await ask(browserAt('192.0.2.1'), email)).toBe(303)
  })
})

describe('an address that somebody took as their username', () => {
  it('finds only its owner', async () => {
    await env.DB.prepare('UPDATE users SET email = ? WHERE username = ?')
      .bind('victim@corp.example', username)
      .run()
    const thief = await addUser(`thief${people++}`)
    await env.DB.prepare('UPDATE users SET username = ?1, username_key = ?1 WHERE id = ?2')
      .bind('victim@corp.example', thief.id)
      .run()
    await ask(browserAt('192.0.2.1'), 'victim@corp.example')
    expect(await mailsTo('victim@corp.example')).toHaveLength(1)
    expect(await mailsTo(thief.email ?? '')).toHaveLength(0)
  })

  it('sends nothing when nobody has it as an address', async () => {
    const thief = await addUser(`thief${people++}`)
    await env.DB.prepare('UPDATE users SET username = ?1, username_key = ?1 WHERE id = ?2')
      .bind('nobody@corp.example', thief.id)
      .run()
    expect(await ask(browserAt('192.0.2.1'), 'nobody@corp.example')).toBe(303)
    expect(await mailsTo(thief.email ?? '')).toHaveLength(0)
  })
})
