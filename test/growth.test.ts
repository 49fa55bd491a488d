import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { countingStatements } from '../src/store/database.ts'
import { forgetBeyond, forgetOver } from '../src/store/tokens/forgotten-authorizations.ts'
import { defaultLifetimes } from '../src/values/time.ts'
import { everyBatchTwice, everyFirstAnswerLost } from './faults.ts'
import { authorizePath, codeRequest, obtainCode, postToken, tokensOf } from './flow.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from './server.ts'

beforeAll(applySchema)
beforeEach(async () => {
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {})
  for (const table of [
    'authorizations',
    'sessions',
    'audit_events',
    'audit_heads',
    'audit_starts',
    'event_counts',
    'sign_in_attempts',
  ])
    await DB.prepare(`DELETE FROM ${table}`).run()
})
afterEach(() => vi.restoreAllMocks())

const { DB } = env
const day = 86_400
/** Nobody else needs the database. */
const noRest = async () => {}
const paid = parseConfig({ ...env, WORKERS_PLAN: 'paid' })
const run = (sql: string, ...values: (string | number)[]) =>
  DB.prepare(sql)
    .bind(...values)
    .run()
const count = (table: string) => DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')
const details = async () => {
  const { results } = await DB.prepare(
    `SELECT detail, user_id FROM audit_events WHERE type = 'authorizations_issued' ORDER BY detail, user_id`,
  ).all()
  return results.map(({ detail }) => detail)
}
let people = 0

/** This many, each in a session of its own; redeemed, and expired at that time. */
async function insertAuthorizations(
  rows: number,
  userId: string,
  clientId: string,
  overAt: number,
  createdAt = startedAt,
) {
  await run(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO authorizations (id, client_id, user_id, scope, resources, auth_time, sid, openid, created_at, code_hash, redirect_uri,
       redirect_uri_sent, code_expires_at, redeemed_at, expires_at)
     SELECT 'a' || i || '-' || ?5, ?2, ?3, 'openid', '[]', 1, 'sid' || i, '{}', ?5, 'code' || i || '-' || ?5, 'u', 1, ?4, ?5, ?4 FROM n`,
    rows,
    clientId,
    userId,
    overAt,
    createdAt,
  )
}

async function insertSessions(rows: number, userId: string, lastSeenAt: number, expiresAt: number) {
  await run(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at)
     SELECT 'h' || i, ?2, 'sid' || i, '[]', ?3, ?3, ?4 FROM n`,
    rows,
    userId,
    lastSeenAt,
    expiresAt,
  )
}

async function world() {
  const owner = await addUser(`person${people++}`)
  return { owner, client: (await addClient(owner)).client }
}

describe('an authorization', () => {
  it('is recorded by its row only, and by a count in the log when it is purged', async () => {
    const server = startServer()
    const { owner } = await world()
    const registered = await addClient(owner)
    const browser = await server.signedIn(owner)
    for (let i = 0; i < 3; i++)
      await tokensOf(await postToken(server, codeRequest(registered, await obtainCode(browser, registered))))
    await browser.get(authorizePath(registered))
    const types = async () => {
      const { results } = await DB.prepare('SELECT type, count(*) AS n FROM audit_events GROUP BY type').all()
      return Object.fromEntries(results.map(({ type, n }) => [type, n]))
    }
    expect(await types()).toEqual({ sign_in: 1, consent_given: 1 })
    await maintain(DB, paid, () => startedAt + 900)
    expect([await count('authorizations'), await details()]).toEqual([4, []])
    await maintain(DB, paid, () => startedAt + 400 * day)
    expect(await count('authorizations')).toBe(0)
    expect(await details()).toEqual(['2027-01-15: 4'])
  })

  it.each([
    ['each batch is executed twice', everyBatchTwice],
    ['each first answer is lost', everyFirstAnswerLost],
  ])('is counted once when %s', async (_, db) => {
    const { owner, client } = await world()
    await insertAuthorizations(30, owner.id, client.id, startedAt)
    await insertAuthorizations(12, owner.id, client.id, startedAt, startedAt + day)
    await forgetOver(db(), defaultLifetimes, startedAt)
    expect([await count('authorizations'), await details()]).toEqual([
      0,
      ['2027-01-15: 30', '2027-01-16: 12'],
    ])
  })

  it('is kept while its session lasts, and not read again before that ends', async () => {
    const { owner, client } = await world()
    await insertAuthorizations(2500, owner.id, client.id, startedAt)
    await insertSessions(2500, owner.id, startedAt, startedAt + 30 * day)
    const read = async (now: number) => {
      const answered: D1Result[] = []
      const watching = new Proxy(DB, {
        get(target, property) {
          const value: unknown = Reflect.get(target, property)
          if (typeof value !== 'function') return value
          if (property !== 'batch') return value.bind(target)
          return async (statements: D1PreparedStatement[]) => {
            const results = await target.batch(statements)
            answered.push(...results)
            return results
          }
        },
      })
      while (await forgetOver(watching, defaultLifetimes, now));
      return answered.reduce((sum, { meta }) => sum + meta.rows_read, 0)
    }
    expect(await read(startedAt + 900)).toBeGreaterThan(2500)
    expect(await count('authorizations')).toBe(2500)
    expect(await read(startedAt + 1800)).toBeLessThan(20)
    // Used again, it lasts longer.
    await run('UPDATE sessions SET last_seen_at = ?', startedAt + day)
    await read(startedAt + 14 * day)
    expect(await count('authorizations')).toBe(2500)
    expect(await read(startedAt + 14 * day + 900)).toBeLessThan(20)
    await read(startedAt + 15 * day)
    expect(await count('authorizations')).toBe(0)
  })

  it('that was refreshed, or is of an earlier version, is postponed once', async () => {
    const { owner, client } = await world()
    await insertAuthorizations(600, owner.id, client.id, startedAt + 30 * day)
    const due = () =>
      DB.prepare('SELECT count(*) AS n, min(kept_until) AS at FROM authorizations WHERE kept_until <= ?')
        .bind(startedAt)
        .first()
    expect(await due()).toEqual({ n: 600, at: 0 })
    while (await forgetOver(DB, defaultLifetimes, startedAt));
    expect([await due(), await count('authorizations')]).toEqual([{ n: 0, at: null }, 600])
    while (await forgetOver(DB, defaultLifetimes, startedAt + 30 * day));
    expect(await count('authorizations')).toBe(0)
  })

  it('without a redeemed code does not replace one that lives', async () => {
    const { owner, client } = await world()
    await insertAuthorizations(5, owner.id, client.id, startedAt + 30 * day)
    await insertAuthorizations(20, owner.id, client.id, startedAt + 60, startedAt + 1)
    await run('UPDATE authorizations SET redeemed_at = NULL WHERE created_at > ?', startedAt)
    await forgetBeyond(DB, { userId: owner.id, clientId: client.id }, 10, startedAt + 60)
    expect(await count('authorizations')).toBe(10)
    expect(await DB.prepare('SELECT count(redeemed_at) AS n FROM authorizations').first('n')).toBe(5)
    await run('DELETE FROM authorizations')
  })

  it('over the limit per person and application is deleted, the least recently used first', async () => {
    const server = startServer({ config: { quotas: { ...paid.quotas, authorizations: 10 } } })
    const { owner } = await world()
    const registered = await addClient(owner)
    const browser = await server.signedIn(owner)
    await obtainCode(browser, registered)
    for (let i = 0; i < 150; i++) {
      server.now += 1
      await browser.get(authorizePath(registered))
    }
    const left = (await count('authorizations')) ?? 0
    expect([left >= 10, left <= 60]).toEqual([true, true])
    const newest = await DB.prepare('SELECT max(created_at) AS at FROM authorizations').first('at')
    expect(newest).toBe(server.now)
    expect((await details()).length).toBeGreaterThan(0)
  })
})

it('a quarter of an hour of 5,000,000 logins a day is processed in one run of the paid plan', async () => {
  const logins = Math.ceil((5_000_000 * 900) / day)
  const { owner, client } = await world()
  await insertAuthorizations(logins, owner.id, client.id, startedAt - 1)
  await insertSessions(logins, owner.id, startedAt - 15 * day, startedAt + day)
  await run(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO audit_events (id, at, type, reference, user_id) SELECT 'e' || i, ?2, 'sign_in', 'r', 'u' || i FROM n`,
    logins,
    startedAt - 900,
  )
  await run(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO sign_in_attempts (subject, attempts, attempted_at, locked_until, claimed_by) SELECT 's' || i, 1, 1, 1, '' FROM n`,
    logins,
  )
  const counting = countingStatements(DB)
  await maintain(counting.db, paid, () => startedAt, undefined, noRest)
  expect(await Promise.all(['authorizations', 'sessions', 'sign_in_attempts'].map(count))).toEqual([0, 0, 0])
  expect(counting.sent()).toBeLessThanOrEqual(1000)
  // Events of this run are sealed by the next; the log of that day is deleted when it expires, as fast as it was written.
  await maintain(DB, paid, () => startedAt + 900, undefined, noRest)
  const later = countingStatements(DB)
  await maintain(later.db, paid, () => startedAt + 401 * day, undefined, noRest)
  expect(await count('audit_events')).toBe(0)
  expect(later.sent()).toBeLessThanOrEqual(1000)
})
