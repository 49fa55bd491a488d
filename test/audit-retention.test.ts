import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readExport } from '../scripts/audit/export.ts'
import { verifyDatabase, verifyExport } from '../scripts/audit/source.ts'
import { readStoredFacts } from '../src/acts/server/read-health.ts'
import { type Archive, retireSome } from '../src/acts/server/retire-audit-events.ts'
import { sealAuditLog } from '../src/acts/server/seal-audit-log.ts'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { everyBatchTwice, everyFirstAnswerLost, everyWriteUnanswered, faults } from './faults.ts'
import { recording, scansOf } from './plans.ts'
import { applySchema, startedAt } from './server.ts'

const { DB } = env
const ring = [String(env.KEY_ENCRYPTION_SECRET)] as const
const day = 86_400
const retention = 400 * day
const run = (sql: string, ...values: (string | number)[]) =>
  DB.prepare(sql)
    .bind(...values)
    .run()
const ask = async (sql: string) => (await DB.prepare(sql).all()).results
const verify = () => verifyDatabase(ask, ring, undefined, 7)
const count = async () => (await ask('SELECT count(*) AS n FROM audit_events'))[0]?.n
/** The time when the events up to this number are just past the retention period. */
const ageOf = (number: number) => startedAt + number + retention

const retire = (number: number, db = DB, archive?: Archive) =>
  retireSome(db, ring, retention, archive, ageOf(number))

/** The files that an archive received. */
class Bucket implements Archive {
  readonly files = new Map<string, string>()
  async put(key: string, content: string): Promise<void> {
    this.files.set(key, content)
  }
  verified() {
    const files = [...this.files.values()].map(readExport)
    const whole = {
      events: files.flatMap(({ events }) => events),
      starts: files.flatMap(({ starts }) => starts),
      parts: files.flatMap(({ parts }) => parts),
      unsealed: 0,
    }
    return verifyExport(whole, ring)
  }
}

let isReady = false
beforeEach(async () => {
  if (!isReady) await applySchema()
  isReady = true
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {})
  for (const table of ['audit_events', 'audit_heads', 'audit_starts', 'event_counts', 'maintenance_runs'])
    await run(`DELETE FROM ${table}`)
  await run(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
     INSERT INTO audit_events (id, at, type, reference, detail)
     SELECT printf('e%03d', i), ?1 + i, 'sign_in', 'r', 'd' || i FROM n`,
    startedAt,
  )
  await sealAuditLog(DB, ring, startedAt + 100)
})
afterEach(() => vi.restoreAllMocks())

describe('events past the retention period', () => {
  it('are deleted from the beginning, and the rest still verifies, again and again', async () => {
    expect(await retire(0)).toBe(false)
    expect(await count()).toBe(20)
    await retire(5)
    expect([await count(), (await verify()).problems]).toEqual([15, []])
    await retire(12)
    expect([await count(), (await verify()).problems]).toEqual([8, []])
    await retire(20)
    expect([await count(), (await verify()).problems]).toEqual([0, []])
    expect((await verify()).end.number).toBe(20)
    // The chain continues from its head.
    await run(
      `INSERT INTO audit_events (id, at, type, reference) VALUES ('new', ?, 'sign_in', 'r')`,
      ageOf(30),
    )
    await sealAuditLog(DB, ring, ageOf(30))
    expect(await verify()).toMatchObject({ problems: [], end: { number: 21 }, unsealed: 0 })
    expect((await readStoredFacts(DB, ring, true, ageOf(30))).audit.isWhole).toBe(true)
  })

  it('wait for a younger event before them, and for a seal', async () => {
    await run('UPDATE audit_events SET at = at + 100, number = NULL, seal = NULL')
    await run('DELETE FROM audit_heads')
    await run('UPDATE audit_events SET at = at + 50 WHERE id = ?', 'e003')
    await retire(2000)
    expect(await count()).toBe(20)
  })

  it.each([
    ['each batch is sent twice', everyBatchTwice],
    ['each first answer is lost', everyFirstAnswerLost],
  ])('are deleted once when %s', async (_, db) => {
    await retire(5, db())
    expect([await count(), (await verify()).problems]).toEqual([15, []])
  })

  it('are deleted once by many runs at once, and the chain is complete wherever a run stops', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, i) => retire(5 + (i % 2))))
    expect((await verify()).problems).toEqual([])
    await retire(8, everyWriteUnanswered()).catch(() => {})
    expect((await verify()).problems).toEqual([])
    for (const call of [1, 2]) {
      const stopped = faults()
      stopped.arm(call, ['before', 'before'])
      await retire(10, stopped.db).catch(() => {})
      expect((await verify()).problems).toEqual([])
    }
  })

  it('are deleted by the schedule, in bounded parts, with the counts per day', async () => {
    await run(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
       INSERT INTO audit_events (id, at, type, reference) SELECT 'many' || i, ?1, 'sign_in', 'r' FROM n`,
      startedAt + 25,
    )
    await sealAuditLog(DB, ring, startedAt + 100)
    const config = parseConfig({ ...env, WORKERS_PLAN: 'paid' })
    await maintain(DB, config, () => ageOf(25) - 1)
    expect(await count()).toBe(2500)
    await maintain(DB, config, () => ageOf(25) + day)
    expect([await count(), (await verify()).problems]).toEqual([0, []])
    expect(await ask('SELECT * FROM event_counts')).toEqual([])
  })

  it('are found through an index', async () => {
    const statements = new Set<string>()
    await retire(5, recording(statements))
    expect(statements.size).toBe(6)
    expect(await scansOf(statements)).toEqual([])
  })
})

describe('with an archive', () => {
  it('they are written there first, and verify there', async () => {
    const bucket = new Bucket()
    await retire(5, DB, bucket)
    await retire(12, DB, bucket)
    expect([...bucket.files.keys()]).toEqual([
      'audit/000000000001-000000000005.csv',
      'audit/000000000006-000000000012.csv',
    ])
    expect(await bucket.verified()).toMatchObject({ problems: [], end: { number: 12 } })
    // Only the second file, which starts where the first one ends.
    bucket.files.delete('audit/000000000001-000000000005.csv')
    expect(await bucket.verified()).toMatchObject({ problems: [], end: { number: 12 } })
    const [[name, file] = ['', '']] = bucket.files
    bucket.files.set(name, file.replace('"d7"', '"d8"'))
    expect((await bucket.verified()).problems).toEqual([expect.stringContaining('e007: changed')])
  })

  it('nothing is deleted when it fails', async () => {
    const broken = { put: () => Promise.reject(new Error('R2 is out')) }
    await expect(retire(5, DB, broken)).rejects.toThrow('R2 is out')
    expect(await count()).toBe(20)
  })

  it('an interrupted run is repeated, and an event that appears twice counts once', async () => {
    const bucket = new Bucket()
    const stopped = faults()
    stopped.arm(2, ['before', 'before'])
    await expect(retire(5, stopped.db, bucket)).rejects.toThrow()
    await retire(8, DB, bucket)
    expect([...bucket.files.keys()]).toHaveLength(2)
    expect(await bucket.verified()).toMatchObject({ problems: [], end: { number: 8 } })
    expect([await count(), (await verify()).problems]).toEqual([12, []])
  })
})

describe('a chain that starts later', () => {
  it.each([
    [
      'DELETE FROM audit_events WHERE number = 6',
      'e007: events were removed before it: 1 event after the beginning',
    ],
    ['DELETE FROM audit_starts', 'e006: events were removed before it: 5 events after the beginning'],
    ['UPDATE audit_starts SET number = 6', 'The start of the chain is not ours'],
    [
      `UPDATE audit_starts SET number = 7, seal = (SELECT seal FROM audit_events WHERE number = 7);
       DELETE FROM audit_events WHERE number <= 7`,
      'The start of the chain is not ours',
    ],
  ])('does not cover %s', async (tamper, problem) => {
    await retire(5)
    for (const statement of tamper.split(';')) await run(statement)
    expect((await verify()).problems[0]).toContain(problem)
  })

  it('is not reset to an earlier start', async () => {
    await retire(5)
    const [before] = await ask('SELECT * FROM audit_starts')
    await retire(9)
    await run(
      'UPDATE audit_starts SET number = ?, seal = ?, retired_at = ?, mac = ?',
      ...['number', 'seal', 'retired_at', 'mac'].map((name) => String(before?.[name])),
    )
    expect((await verify()).problems).toEqual([
      expect.stringContaining('e010: events were removed before it: 4 events'),
    ])
  })

  it('keeps events that differ from their seal: they are evidence', async () => {
    await run(`UPDATE audit_events SET detail = 'x' WHERE id = 'e003'`)
    await retire(5)
    expect(await count()).toBe(20)
    await retire(2)
    expect(await count()).toBe(18)
  })

  it('makes health report a forged start', async () => {
    await retire(5)
    await run(`UPDATE audit_starts SET mac = 'x'`)
    expect((await readStoredFacts(DB, ring, true, startedAt)).audit.isWhole).toBe(false)
  })
})
