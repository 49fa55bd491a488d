import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { verifyDatabase } from '../scripts/audit/source.ts'
import { sealAuditLog } from '../src/acts/server/seal-audit-log.ts'
import { betweenReadAndWrite, everyBatchTwice, everyFirstAnswerLost, faults } from './faults.ts'
import { recording, scansOf } from './plans.ts'
import { applySchema, startedAt } from './server.ts'

const ring = ['only-for-tests-only-for-tests-only-for-tests'] as const
const { DB } = env
const run = (sql: string, ...values: (string | number | null)[]) =>
  DB.prepare(sql)
    .bind(...values)
    .run()
const ask = async (sql: string) => (await DB.prepare(sql).all()).results
const verify = (expected?: { number: number; seal: string }) => verifyDatabase(ask, ring, expected, 7)
const seal = (db = DB, now = startedAt + 100) => sealAuditLog(db, ring, now)

const insert = (id: string, at: number, type = 'sign_in') =>
  run(
    'INSERT INTO audit_events (id, at, type, reference, user_id) VALUES (?, ?, ?, ?, ?)',
    id,
    at,
    type,
    'r',
    'u',
  )

/** Three digits each, a second apart. */
async function insertMany(from: number, to: number): Promise<void> {
  await run(
    `WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     INSERT INTO audit_events (id, at, type, reference, detail)
     SELECT printf('e%03d', i), ?3 + i, iif(i % 2, 'sign_in', 'sign_out'), 'r', 'd' || i FROM n WHERE true ON CONFLICT DO NOTHING`,
    from,
    to,
    startedAt,
  )
}

const lines: string[] = []
let isReady = false

beforeEach(async () => {
  if (!isReady) await applySchema()
  isReady = true
  for (const table of ['audit_events', 'audit_heads', 'event_counts', 'maintenance_runs'])
    await run(`DELETE FROM ${table}`)
  lines.length = 0
  for (const method of ['log', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line) => void lines.push(String(line)))
})
afterEach(() => vi.restoreAllMocks())

const counted = async () => {
  const { results } = await DB.prepare('SELECT type, sum(events) AS n FROM event_counts GROUP BY type').all()
  return Object.fromEntries(results.map(({ type, n }) => [type, n]))
}

/** The expected log of 20 sealed events, whatever happened during sealing. */
async function expectWhole(): Promise<void> {
  const { problems, end, unsealed } = await verify()
  expect([problems, end.number, unsealed]).toEqual([[], 20, 0])
  expect(await counted()).toEqual({ sign_in: 10, sign_out: 10 })
}

describe('sealing the audit log', () => {
  it('numbers every event, and continues from there', async () => {
    expect((await verify()).end.number).toBe(0)
    await insertMany(1, 15)
    expect(await verify()).toMatchObject({ problems: [], unsealed: 15 })
    expect(await seal()).toBe(15)
    await insertMany(16, 20)
    expect(await verify()).toMatchObject({ problems: [], unsealed: 5 })
    expect(await seal()).toBe(20)
    expect(await seal()).toBe(20)
    await expectWhole()
  })

  it('includes an event that was written late, with a time before the last seal', async () => {
    await insertMany(1, 10)
    await seal()
    await insert('late', startedAt + 5)
    await seal()
    expect(await verify()).toMatchObject({ problems: [], end: { number: 11 }, unsealed: 0 })
    await run(`UPDATE audit_events SET detail = 'x' WHERE id = 'late'`)
    expect((await verify()).problems).toEqual([expect.stringContaining('late: changed')])
  })

  it('continues over many writes', async () => {
    await insertMany(1, 1234)
    expect(await seal()).toBe(1234)
    const { problems } = await verifyDatabase(ask, ring)
    expect(problems).toEqual([])
  })

  it.each([
    ['each batch is sent twice', everyBatchTwice],
    ['each first answer is lost', everyFirstAnswerLost],
    ['another run interferes', () => betweenReadAndWrite(() => seal())],
    [
      'another run and more events interfere',
      () =>
        betweenReadAndWrite(async () => {
          await seal()
          await insertMany(16, 20)
        }),
    ],
  ])('counts each event once when %s', async (_, db) => {
    await insertMany(1, 15)
    await seal(db())
    if ((await verify()).unsealed + (await verify()).end.number < 20) await insertMany(16, 20)
    await seal(db())
    await expectWhole()
  })

  it('does nothing when another run, which saw less, was faster', async () => {
    await insertMany(1, 20)
    const other = betweenReadAndWrite(async () => {
      await run(`DELETE FROM audit_events WHERE id = 'e001'`)
      await seal()
      await insertMany(1, 1)
    })
    expect(await seal(other)).toBe(19)
    expect(await verify()).toMatchObject({ problems: [], end: { number: 19 }, unsealed: 1 })
    await seal()
    await expectWhole()
  })

  it('can run many times at once', async () => {
    await insertMany(1, 20)
    await Promise.all(Array.from({ length: 8 }, () => seal()))
    await expectWhole()
  })

  it('is complete after being stopped at any call', async () => {
    await insertMany(1, 10)
    for (let call = 1; call <= 3; call++) {
      for (const fault of ['before', 'after'] as const) {
        const stopped = faults()
        stopped.arm(call, [fault, fault])
        await seal(stopped.db).catch(() => {})
        expect((await verify()).problems).toEqual([])
      }
    }
    await insertMany(11, 20)
    await seal()
    await expectWhole()
  })

  it('logs where the chain ends', async () => {
    await insertMany(1, 3)
    await seal()
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual({ event: 'audit_sealed', ...(await verify()).end })
  })

  it('reads through an index', async () => {
    const statements = new Set<string>()
    await insertMany(1, 3)
    await seal(recording(statements))
    expect(statements.size).toBe(6)
    expect(await scansOf(statements)).toEqual([])
  })
})

describe('npm run audit:verify', () => {
  const tampered: readonly [string, string, readonly string[]][] = [
    ...[
      'at = at + 1',
      `type = 'x'`,
      `reference = 'x'`,
      `user_id = 'x'`,
      `client_id = 'x'`,
      'detail = NULL',
    ].map((change): [string, string, readonly string[]] => [
      `another ${change.split(' ')[0]}`,
      `UPDATE audit_events SET ${change} WHERE id = 'e005'`,
      ['e005: changed after it was sealed, or moved'],
    ]),
    [
      'another id',
      `UPDATE audit_events SET id = 'x' WHERE id = 'e005'`,
      ['x: changed after it was sealed, or moved'],
    ],
    [
      'a made-up seal',
      `UPDATE audit_events SET seal = 'x' WHERE id = 'e005'`,
      ['e005: changed after it was sealed, or moved', 'e006: changed after it was sealed, or moved'],
    ],
    [
      'one that is missing',
      `DELETE FROM audit_events WHERE id = 'e005'`,
      [
        'e006: events were removed before it: 1 event after e004; whether this event was changed can’t be told',
      ],
    ],
    [
      'the first ones are missing',
      `DELETE FROM audit_events WHERE number < 4`,
      [
        'e004: events were removed before it: 3 events after the beginning; whether this event was changed can’t be told',
      ],
    ],
    [
      'a gap that was closed',
      `DELETE FROM audit_events WHERE id = 'e010'; UPDATE audit_events SET number = 10 WHERE id = 'e020'`,
      [
        'e020: changed after it was sealed, or moved',
        'e011: changed after it was sealed, or moved',
        'e019: events were cut off after it: 1 event',
      ],
    ],
    [
      'two that changed places',
      `UPDATE audit_events SET number = NULL WHERE id = 'e005'; UPDATE audit_events SET number = 5 WHERE id = 'e006';
       UPDATE audit_events SET number = 6 WHERE id = 'e005'`,
      [5, 6, 7].map((n) => `e00${n === 5 ? 6 : n === 6 ? 5 : 7}: changed after it was sealed, or moved`),
    ],
    [
      'one inserted after the end',
      `INSERT INTO audit_events (id, at, type, reference, number, seal) VALUES ('x', 1, 'x', 'x', 21, 'x')`,
      ['x: inserted after the end of the chain'],
    ],
    [
      'one inserted in between, with a number that is taken',
      `INSERT INTO audit_events (id, at, type, reference, number, seal) VALUES ('x', 1, 'x', 'x', 5, 'x')`,
      ['x: inserted: number 5 is taken'],
    ],
    [
      'a missing end',
      `DELETE FROM audit_events WHERE number > 15`,
      ['e015: events were cut off after it: 5 events'],
    ],
    [
      'a missing end, with a head that fits',
      `DELETE FROM audit_events WHERE number > 15;
       UPDATE audit_heads SET number = 15, seal = (SELECT seal FROM audit_events WHERE number = 15)`,
      ['The head of the chain is not ours: it was replaced, or KEY_ENCRYPTION_SECRET is a different one'],
    ],
    [
      'everything deleted',
      'DELETE FROM audit_events',
      ['the beginning: events were cut off after it: 20 events'],
    ],
    [
      'no head',
      'DELETE FROM audit_heads',
      Array.from(
        { length: 20 },
        (_, i) => `e${String(i + 1).padStart(3, '0')}: inserted after the end of the chain`,
      ),
    ],
  ]

  it.each(tampered)('finds %s', async (_, sql, expected) => {
    await insertMany(1, 20)
    await seal()
    for (const statement of sql.split(';')) await run(statement)
    const { problems } = await verify()
    expect(problems.map((line) => line.replaceAll('’', "'"))).toEqual(
      expected.map((line) => line.replaceAll('’', "'")),
    )
  })

  it('finds a chain that was reset to an earlier state', async () => {
    await insertMany(1, 10)
    await seal()
    const { end } = await verify()
    const [before] = await ask('SELECT * FROM audit_heads')
    await insertMany(11, 20)
    await seal(DB, startedAt + 20_000)
    const later = (await verify()).end
    await run('DELETE FROM audit_events WHERE number > 10')
    await run('UPDATE audit_heads SET number = ?, seal = ?, sealed_at = ?, mac = ?', ...headOf(before))
    // By itself that is a valid chain: the noted end and the last run show more.
    expect((await verify()).problems).toEqual([])
    expect((await verify(end)).problems).toEqual([])
    expect((await verify(later)).problems).toEqual(['Number 20, which was noted, is missing'])
    await run('INSERT INTO maintenance_runs (id, ran_at) VALUES (1, ?)', startedAt + 20_000)
    expect((await verify()).problems).toEqual([
      'The chain ends long before the last scheduled run: it was reset to an earlier state',
    ])
    await insert('new', startedAt + 30_000)
    for (let i = 11; i < 20; i++) await insert(`new${i}`, startedAt + 30_000)
    await seal(DB, startedAt + 30_000)
    expect((await verify(later)).problems).toEqual([
      expect.stringContaining('its seal differs from the one that was noted'),
    ])
  })

  it('finds an event whose time is long before it was written', async () => {
    await insertMany(1, 20)
    await insert('now', startedAt + 9000)
    await seal()
    await insert('then', startedAt + 3000)
    await seal()
    expect((await verify()).problems).toEqual(['then: inserted later than its time says'])
  })

  it('says when the secret is a different one', async () => {
    await insertMany(1, 20)
    await seal()
    const { problems } = await verifyDatabase(ask, ['another'.repeat(9)])
    expect(problems).toHaveLength(21)
    expect(problems[0]).toContain('KEY_ENCRYPTION_SECRET is a different one')
  })

  it.each([
    'DELETE FROM audit_heads',
    `UPDATE audit_heads SET number = 19`,
    'UPDATE audit_heads SET sealed_at = 1',
    'UPDATE audit_events SET number = 99 WHERE number = 3',
  ])('is not fooled by a later run, after %s', async (sql) => {
    await insertMany(1, 20)
    await seal()
    await run(sql)
    const { problems } = await verify()
    expect(problems).not.toEqual([])
    await insertMany(21, 30)
    await seal()
    expect(await verify()).toMatchObject({ problems, unsealed: 10 })
    expect(lines.join()).toContain('audit_chain_broken')
  })
})

function headOf(row: Record<string, unknown> | undefined): readonly (string | number)[] {
  return [Number(row?.number), String(row?.seal), Number(row?.sealed_at), String(row?.mac)]
}
