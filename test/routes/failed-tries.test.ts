import { env } from 'cloudflare:workers'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { maintain } from '../../src/maintenance.ts'
import { everyBatchTwice, everyFirstAnswerLost } from '../faults.ts'
import { addUser, applySchema, type Server, startedAt, startServer } from '../server.ts'

beforeAll(applySchema)

const { DB } = env
let server: Server
let people = 0

beforeEach(async () => {
  server = startServer()
  for (const table of ['sign_in_attempts', 'audit_events', 'event_counts', 'failed_tries'])
    await DB.prepare(`DELETE FROM ${table}`).run()
})

async function guess(username: string, times: number, on = server): Promise<readonly number[]> {
  const answers: number[] = []
  for (let i = 0; i < times; i++) {
    const page = await on.browser().get('/login')
    answers.push((await page.submit({ username, password: 'wrong password' })).status)
  }
  return answers
}

async function events() {
  const { results } = await DB.prepare('SELECT type, detail FROM audit_events ORDER BY at, id').all()
  return results.map(({ type, detail }) => [type, detail])
}

const counts = async () => {
  const { results } = await DB.prepare('SELECT type, events FROM event_counts ORDER BY type').all()
  return Object.fromEntries(results.map(({ type, events }) => [type, events]))
}
const rows = (table: string) => DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')

describe('wrong passwords', () => {
  it('for unknown names are counted by the day, with no event and no row each', async () => {
    const answers: number[] = []
    for (let i = 0; i < 70; i++) answers.push(...(await guess(`nobody${i}`, 1)))
    const refused = answers.filter((status) => status === 429).length
    expect(refused).toBeGreaterThan(0)
    expect(await events()).toEqual([])
    expect(await counts()).toEqual({ sign_in_failed: 70 - refused, sign_in_locked: refused })
    expect(await rows('failed_tries')).toBe(0)
  })

  it.each([
    ['once', () => env.DB],
    ['once when every batch is executed twice', everyBatchTwice],
    ['once when every first answer is lost', everyFirstAnswerLost],
  ])('count %s', async (_, db) => {
    const { username } = await addUser(`guessed${people++}`)
    await guess(username, 7, startServer({ bindings: { DB: db() } }))
    expect(await events()).toEqual([['account_locked', null]])
    const [failed, locked] = Object.values(await counts())
    expect(Number(failed) + Number(locked)).toBe(7)
    expect(await rows('failed_tries')).toBe(1)
  })

  it('are summed up in an event when the right one comes', async () => {
    const user = await addUser(`guessed${people++}`)
    const answers = await guess(user.username, 8)
    const failed = answers.filter((status) => status === 400).length
    server.now += 3600
    const browser = await server.signedIn(user)
    expect((await events()).map(([type]) => type).toSorted()).toEqual([
      'account_locked',
      'lock_ended',
      'sign_in',
    ])
    expect(await events()).toContainEqual(['lock_ended', String(failed)])
    expect(await rows('failed_tries')).toBe(0)
    expect((await browser.get('/account/activity')).text).toContain(`after ${failed} failed attempts`)
  })

  it('leave no event after the right one when there was no lock', async () => {
    const user = await addUser(`guessed${people++}`)
    await guess(user.username, 2)
    await server.signedIn(user)
    expect((await events()).map(([type]) => type)).toEqual(['sign_in'])
    expect(await rows('failed_tries')).toBe(0)
  })

  it('are also summed up after a day without one', async () => {
    const { username } = await addUser(`guessed${people++}`)
    await addUser(`other${people}`)
    await guess(username, 6)
    await guess(`other${people}`, 2)
    const at = (after: number) => maintain(DB, parseConfig({ ...env }), () => startedAt + after)
    await at(3600)
    expect((await events()).map(([type]) => type)).toEqual(['account_locked'])
    await Promise.all([at(90_000), at(90_001)])
    expect((await events()).map(([type]) => type)).toEqual(['account_locked', 'lock_ended'])
    expect(await rows('failed_tries')).toBe(0)
  })
})

it('an administrator sees the number of failures, and each lock', async () => {
  const { username } = await addUser(`guessed${people++}`)
  const admin = await addUser(`admin${people++}`, 'administrator')
  await guess(username, 6)
  const page = await (await server.signedIn(admin)).get('/admin/health')
  const failed = (await counts()).sign_in_failed
  expect(page.text).toMatch(new RegExp(`Sign-in failed\\s*Today: ${failed}`))
  expect(page.text).toMatch(/Account locked for a short time\s*Today: 1/)
})
