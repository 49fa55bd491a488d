import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { expireSignUps } from '../../src/store/people/unused-sign-ups.ts'
import type { Browser } from '../browser.ts'
import { dropEverything } from '../database.ts'
import { authorizePath, consentTo } from '../flow.ts'
import { linkTo } from '../mails.ts'
import { addClient, addUser, applySchema, type Server, startedAt, startServer } from '../server.ts'

const { DB } = env
const day = 86_400
const config = { signUp: 'open' } as const
const password = 'seven green lamps'
let server: Server

beforeEach(async () => {
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {})
  await dropEverything(DB)
  await applySchema()
  server = startServer({ config })
})
afterEach(() => vi.restoreAllMocks())

const emailOf = (username: string) => `${username}@example.com`

async function signUp(username: string): Promise<Browser> {
  const browser = server.browser()
  const form = await browser.get('/signup')
  expect((await form.submit({ username, email: emailOf(username), password })).status).toBe(303)
  return browser
}

/** The remaining people after the schedule ran, this many days after the start. */
async function leftAfter(days: number): Promise<readonly string[]> {
  await maintain(DB, parseConfig({ ...env, WORKERS_PLAN: 'paid' }), () => startedAt + days * day)
  const { results } = await DB.prepare('SELECT username FROM users ORDER BY username').all<{
    username: string
  }>()
  return results.map(({ username }) => username)
}

it('an account that nobody confirmed or used expires after thirty days, and is counted in the audit log', async () => {
  await signUp('unused')
  await signUp('unused2')
  await addUser('imported')
  expect(await leftAfter(29)).toEqual(['imported', 'unused', 'unused2'])
  expect(await leftAfter(30)).toEqual(['imported'])
  const events = await DB.prepare(`SELECT detail FROM audit_events WHERE type = 'sign_ups_expired'`).all()
  expect(events.results).toEqual([{ detail: '2' }])
  expect(await leftAfter(31)).toEqual(['imported'])
  expect(
    await DB.prepare(`SELECT count(*) AS n FROM audit_events WHERE type = 'sign_ups_expired'`).first('n'),
  ).toBe(1)
})

/** One by one, the signs that an account is in use. */
const uses: Readonly<Record<string, (username: string, browser: Browser) => Promise<unknown>>> = {
  'its address is confirmed': async (username, browser) => {
    const link = await linkTo(emailOf(username))
    await (await browser.get(link)).submit({ token: link.slice(-43) })
  },
  'somebody signs in later': async (username) => {
    server.now += 2 * 3600
    const page = await (await server.browser().get('/login')).submit({ username, password })
    expect(page.status).toBe(303)
  },
  'the session goes on for more than an hour': async (_, browser) => {
    server.now += 2 * 3600
    expect((await browser.get('/account')).status).toBe(200)
  },
  'an application is allowed': async (_, browser) => {
    const registered = await addClient(await addUser('developer'))
    await consentTo(await browser.get(authorizePath(registered)))
  },
  'its profile is filled in': (username) =>
    DB.prepare('UPDATE users SET updated_at = updated_at + 1 WHERE username = ?').bind(username).run(),
  'it owns an application': async (username) => {
    const id = await DB.prepare('SELECT id FROM users WHERE username = ?').bind(username).first<string>('id')
    const owner = await addUser('developer')
    await addClient({ ...owner, id: id ?? '' })
  },
  'an administrator gave it a role': (username) =>
    DB.prepare(`UPDATE users SET role = 'developer' WHERE username = ?`).bind(username).run(),
  'an administrator suspended it': (username) =>
    DB.prepare('UPDATE users SET suspended_at = 1 WHERE username = ?').bind(username).run(),
  'an administrator put it into a group': (username) =>
    DB.prepare(`UPDATE users SET groups = '["staff"]' WHERE username = ?`).bind(username).run(),
}

it.each(Object.entries(uses))('stays when %s', async (_, use) => {
  await use('wanted', await signUp('wanted'))
  await signUp('unused')
  expect(await leftAfter(31)).toEqual(expect.arrayContaining(['wanted']))
  expect(await leftAfter(400)).not.toContain('unused')
  expect(await leftAfter(401)).toContain('wanted')
  expect(await DB.prepare('SELECT count(*) AS n FROM sign_ups').first('n')).toBe(0)
})

it('the first hour does not count: it is the session of the sign-up itself', async () => {
  const browser = await signUp('curious')
  server.now += 1800
  expect((await browser.get('/account')).status).toBe(200)
  expect(await leftAfter(31)).toEqual([])
})

it('many expire in bounded parts, and no account in use is among them', async () => {
  const rows = JSON.stringify(Array.from({ length: 650 }, (_, i) => i))
  await DB.batch([
    DB.prepare(
      `INSERT INTO users (id, username, username_key, password_hash, role, created_at, updated_at)
       SELECT 'u' || value, 'u' || value, 'u' || value, '', 'user', 1, 1 FROM json_each(?)`,
    ).bind(rows),
    DB.prepare(
      `INSERT INTO sign_ups (user_id, created_at, used) SELECT 'u' || value, value, value % 10 = 0 FROM json_each(?)`,
    ).bind(rows),
  ])
  let parts = 0
  while (await expireSignUps(DB, startedAt)) parts++
  expect(parts).toBeGreaterThan(1)
  const { results } = await DB.prepare('SELECT id FROM users').all<{ id: string }>()
  expect(results.map(({ id }) => id).toSorted()).toEqual(
    Array.from({ length: 65 }, (_, i) => `u${i * 10}`).toSorted(),
  )
})
