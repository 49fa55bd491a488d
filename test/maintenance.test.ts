import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { countingStatements } from '../src/store/database.ts'
import { countedRows } from './counted-rows.ts'
import { counted } from './faults.ts'
import { codeRequest, introspect, obtainCode, postToken, tokensOf } from './flow.ts'
import { recording } from './plans.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from './server.ts'

beforeAll(applySchema)

const config = parseConfig({ ...env, WORKERS_PLAN: 'paid' })
/** Nobody else needs the database. */
const noRest = async () => {}
const run = () => maintain(env.DB, config, () => startedAt)
const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')

const insertExpired = (rows: number) =>
  env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO revoked_access_tokens (jti, expires_at) SELECT 'jti' || i, ?2 - i % 1000 FROM n`,
  )
    .bind(rows, startedAt)
    .run()

const lastRun = () => env.DB.prepare('SELECT failed, unfinished FROM maintenance_runs').first()

describe('the scheduled handler', () => {
  it('purges 200,000 expired rows in one run of the paid plan, within its queries', async () => {
    await insertExpired(200_000)
    const counting = countingStatements(env.DB)
    await maintain(counting.db, config, () => startedAt, undefined, noRest)
    expect(await count('revoked_access_tokens')).toBe(0)
    expect(counting.sent()).toBeLessThanOrEqual(1000)
  })

  it('purges what was used once in the order of its key, and reads each row once', async () => {
    const owner = await addUser('grace')
    const { client } = await addClient(owner)
    const insert = (table: string, columns: string, values: string) =>
      env.DB.prepare(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)
         INSERT INTO ${table} (${columns}, claimed_by, expires_at)
         SELECT ${values} || printf('%05d', i), '', iif(i <= 2000 OR i % 10 = 0, ?1 + 1, ?1) FROM n`,
      ).bind(startedAt)
    await env.DB.batch([
      insert('used_challenges', 'id', `'x'`),
      insert('used_assertions', 'client_id, jti_hash', `'${client.id}', 'x'`),
    ])
    const rows = countedRows()
    await maintain(rows.db, config, () => startedAt, undefined, noRest)
    expect(await Promise.all(['used_challenges', 'used_assertions'].map(count))).toEqual([2400, 2400])
    const read = rows.batches.flat().flatMap((one) => (one.sql.includes('used_challenges') ? [one.read] : []))
    expect(read.length).toBe(4)
    expect(read.reduce((sum, each) => sum + each)).toBeLessThan(21_000)
    await env.DB.prepare('DELETE FROM users WHERE id = ?').bind(owner.id).run()
  })

  it('continues in the next run when the free plan or the time stopped it', async () => {
    const free = parseConfig({ ...env })
    await insertExpired(60_000)
    const counting = countingStatements(env.DB)
    await maintain(counting.db, free, () => startedAt)
    const left = (await count('revoked_access_tokens')) ?? 0
    expect(counting.sent()).toBeLessThanOrEqual(50)
    expect([left > 0, left < 60_000]).toEqual([true, true])
    expect(await lastRun()).toMatchObject({
      failed: '[]',
      // Other steps whose turn comes last may wait for the next run, too.
      unfinished: expect.stringContaining('"revoked_access_tokens by expires_at"'),
    })
    // A clock that reaches the time limit after some reads.
    let looks = 0
    await maintain(env.DB, config, () => startedAt + (looks++ > 40 ? 600 : 0), undefined, noRest)
    const later = (await count('revoked_access_tokens')) ?? 0
    expect([later > 0, later < left]).toEqual([true, true])
    await run()
    expect(await count('revoked_access_tokens')).toBe(0)
    expect(await lastRun()).toMatchObject({ failed: '[]', unfinished: '[]' })
  })

  it('can run twice at once', async () => {
    await insertExpired(5_000)
    await Promise.all([run(), run()])
    expect(await count('revoked_access_tokens')).toBe(0)
  })

  it('keeps valid rows, and ends nothing', async () => {
    const server = startServer({ bindings: { DB: counted().db } })
    const owner = await addUser('ada')
    const registered = await addClient(owner)
    const browser = await server.signedIn(owner)
    const tokens = await tokensOf(
      await postToken(server, codeRequest(registered, await obtainCode(browser, registered))),
    )
    const unused = await obtainCode(browser, registered)
    const rows = async () => [
      await count('authorizations'),
      await count('sessions'),
      await count('client_secrets'),
      await count('sign_in_attempts'),
    ]
    const before = await rows()
    await run()
    expect(await rows()).toEqual(before)
    expect((await introspect(server, registered, tokens.refresh_token)).active).toBe(true)
    await tokensOf(await postToken(server, codeRequest(registered, unused)))
  })

  it('removes expired rows from every table', async () => {
    const later = startedAt + 400 * 86_400
    await maintain(env.DB, config, () => later)
    for (const table of ['authorizations', 'sessions', 'sign_in_attempts', 'used_challenges']) {
      expect([table, await count(table)]).toEqual([table, 0])
    }
    expect(await count('users')).toBe(1)
    expect(await count('client_secrets')).toBe(1)
  })

  it('finds expired rows through an index', async () => {
    const statements = new Set<string>()
    await maintain(recording(statements), config, () => startedAt)
    const purges = [...statements].filter((sql) => sql.startsWith('DELETE'))
    expect(purges.length).toBeGreaterThan(5)
    for (const sql of purges) {
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...Array.from(sql.matchAll(/\?/g), () => 1))
        .all<{ detail: string }>()
      expect(
        plan.results
          .filter(({ detail }) => /^SCAN (?!o$)/.test(detail))
          .map(({ detail }) => `${detail}: ${sql}`),
      ).toEqual([])
    }
  })
})
