import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { readStoredFacts } from '../src/acts/server/read-health.ts'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import type { RemoteFinding } from '../src/rules/server/finding.ts'
import { checkDatabase } from '../src/rules/server/fullness.ts'
import { checkRemote, checkSettings, checkStored } from '../src/rules/server/health.ts'
import { useEveryAlgorithm } from './rotation.ts'
import { addUser, applySchema, startedAt } from './server.ts'

beforeAll(async () => {
  await applySchema()
  await useEveryAlgorithm()
})

const config = parseConfig({ ...env })
const now = startedAt
const factsAt = (at: number, secret = config.keyEncryptionSecret) =>
  readStoredFacts(env.DB, [secret], true, at)

/** Findings other than good, with a fix for each. */
function problems(findings: readonly RemoteFinding[]): readonly string[] {
  const wrong = findings.filter(({ verdict }) => verdict !== 'good')
  for (const { fix } of wrong) expect(fix).toBeTruthy()
  return wrong.map(({ verdict, subject, values: { alg } }) =>
    [verdict, subject, alg].filter(Boolean).join(' '),
  )
}

describe('the health of the database', () => {
  it('is good for a new server, apart from the first steps', async () => {
    expect(problems(checkStored(await factsAt(now), now))).toEqual([
      'warning schedule',
      'warning administrator',
    ])
  })

  it('is good once the scheduled handler ran', async () => {
    await addUser('ada', 'administrator')
    // The first run creates keys and more. On the plan with few queries some steps wait for the second.
    for (const at of [now - 900, now]) await maintain(env.DB, config, () => at)
    const facts = await factsAt(now)
    expect(facts.lastRun).toEqual({ ranAt: now, failed: [], unfinished: [] })
    expect(facts.keys).toHaveLength(4)
    expect(problems(checkStored(facts, now))).toEqual([])
  })

  it('notices when the scheduled handler does not run, and its consequences', async () => {
    const facts = await factsAt(now)
    expect(problems(checkStored(facts, now + 2 * 3600))).toEqual(['bad schedule'])
    expect(problems(checkStored(facts, now + 98 * 86_400))).toEqual([
      'bad key RS256',
      'bad key ES256',
      'bad key PS256',
      'bad key EdDSA',
      'bad schedule',
    ])
    expect(problems(checkStored({ ...facts, isScheduled: false }, now + 2 * 3600))).toEqual([])
  })

  it('notices a part of the scheduled handler that failed or that is behind', async () => {
    const { lastRun, ...facts } = await factsAt(now)
    const ranWith = (failed: readonly string[], unfinished: readonly string[]) =>
      checkStored({ ...facts, lastRun: { ranAt: now, failed, unfinished } }, now).filter(
        ({ verdict }) => verdict !== 'good',
      )
    expect(lastRun?.failed).toEqual([])
    expect(ranWith(['sessions by expires_at'], [])).toMatchObject([
      { verdict: 'bad', found: 'scheduleFailed', fix: 'seeLog', values: { steps: 'sessions by expires_at' } },
    ])
    expect(ranWith([], ['authorizations'])).toMatchObject([
      { verdict: 'warning', found: 'scheduleBehind', fix: 'seePlan', values: { steps: 'authorizations' } },
    ])
  })

  it('notices a schema without what the code needs, and accepts a later one', async () => {
    const { schema, ...facts } = await factsAt(now)
    const withSchema = (applied: readonly string[]) =>
      problems(checkStored({ ...facts, schema: { ...schema, applied } }, now))
    expect(schema.applied.at(-1)).toBe(schema.needed)
    expect(withSchema([...schema.applied, '9999_later.sql'])).toEqual([])
    expect(withSchema(schema.applied.slice(0, -1))).toEqual(['bad schema'])
    await env.DB.prepare('ALTER TABLE d1_migrations RENAME TO set_aside').run()
    expect((await factsAt(now)).schema.applied).toEqual([])
    await env.DB.prepare('ALTER TABLE set_aside RENAME TO d1_migrations').run()
  })

  it('notices a key-encryption secret that opens nothing', async () => {
    expect(problems(checkStored(await factsAt(now, 'x'.repeat(40)), now))).toEqual([
      'bad keys',
      'bad secrets',
      'bad audit',
    ])
  })

  it('notices an audit log that was tampered with, or waits for its seals', async () => {
    const insert = env.DB.prepare(
      `INSERT INTO audit_events (id, at, type, reference) VALUES (?, ?, 'sign_in', 'r')`,
    )
    await insert.bind('a', now).run()
    expect(problems(checkStored(await factsAt(now), now + 3600))).toEqual([])
    const later = { ...(await factsAt(now)), lastRun: { ranAt: now + 9000, failed: [], unfinished: [] } }
    expect(problems(checkStored(later, now + 9000))).toEqual(['warning audit'])
    expect(problems(checkStored({ ...later, isScheduled: false }, now + 9000))).toEqual([])
    await maintain(env.DB, config, () => now)
    expect((await factsAt(now)).audit).toEqual({ isWhole: true, sealed: 1, waitingSince: undefined })
    await env.DB.prepare('UPDATE audit_heads SET number = number + 1').run()
    expect(problems(checkStored(await factsAt(now), now))).toEqual(['bad audit'])
    await env.DB.prepare('UPDATE audit_heads SET number = number - 1').run()
  })

  it('lists usernames that break the rule for names, once the schedule has checked', async () => {
    const insert = (name: string) =>
      env.DB.prepare(
        `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES (?1, ?1, lower(?1), '', 'user', 0)`,
      )
        .bind(name)
        .run()
    const usernames = async () => {
      await maintain(env.DB, config, () => now)
      return checkStored(await factsAt(now), now).find(({ subject }) => subject === 'usernames')
    }
    expect(await usernames()).toMatchObject({ verdict: 'good', found: 'usernames' })
    const faulty = ['jane@corp.example', 'gr\u0430ce', 'q\u0323\u0323', 'twln']
    for (const name of ['grace', 'tw1n', ...faulty]) await insert(name)
    const found = await usernames()
    expect(found).toMatchObject({ found: 'usernamesFaulty', values: { count: 4 } })
    for (const name of faulty) expect(String(found?.values.names)).toContain(`“${name}”`)
    expect(await usernames()).toEqual(found)
    await env.DB.prepare(`DELETE FROM users WHERE username_fault <> ''`).run()
    expect(await usernames()).toMatchObject({ found: 'usernames' })
  })

  it('counts passwords with older hash settings', async () => {
    expect((await factsAt(now)).outdatedPasswords).toBe(0)
    await env.DB.prepare(`UPDATE users SET password_hash = replace(password_hash, 't=2', 't=3')`).run()
    const facts = await factsAt(now)
    expect(facts.outdatedPasswords).toBe(1)
    expect(checkStored(facts, now)).toContainEqual(
      expect.objectContaining({ subject: 'passwords', found: 'passwordsOther', values: { count: 1 } }),
    )
  })
})

describe('how full the database is', () => {
  const size = (day: number, bytes: number, most = 1_000_000_000) => ({ day, bytes, most })

  it('is measured each day by the schedule', async () => {
    const { sizes } = await factsAt(now)
    expect(sizes.at(-1)?.bytes).toBeGreaterThan(10_000)
    await maintain(env.DB, config, () => now + 86_400)
    await maintain(env.DB, config, () => now + 86_400 + 900)
    const noted = await env.DB.prepare('SELECT day, most FROM database_sizes ORDER BY day DESC').all()
    expect(noted.results[0]).toEqual({ day: Math.floor(now / 86_400) + 1, most: 500_000_000 })
    await maintain(env.DB, config, () => now + 800 * 86_400)
    const days = await env.DB.prepare('SELECT count(*) AS n FROM database_sizes').first('n')
    expect(days).toBe(1)
  })

  it.each([
    [[], 'good', 'databaseUnknown', undefined],
    [[size(1, 5_000_000)], 'good', 'databaseSize', undefined],
    [[size(1, 5_000_000), size(11, 5_000_000)], 'good', 'databaseSize', undefined],
    [[size(1, 5_000_000), size(11, 15_000_000)], 'good', 'databaseGrows', 985],
    [[size(1, 100_000_000), size(11, 300_000_000)], 'warning', 'databaseGrows', 35],
    [[size(1, 900_000_000), size(11, 850_000_000)], 'warning', 'databaseSize', undefined],
    [[size(1, 960_000_000), size(11, 960_000_000)], 'bad', 'databaseSize', undefined],
    [[size(1, 100_000_000), size(11, 2_000_000_000)], 'bad', 'databaseGrows', 0],
  ] as const)('is judged: %j', (sizes, verdict, found, days) => {
    const finding = checkDatabase(sizes)
    expect([finding.verdict, finding.found]).toEqual([verdict, found])
    expect(finding.values.lasting).toBe(days === undefined ? undefined : days * 86_400)
    expect(finding.fix === undefined).toBe(verdict === 'good')
  })
})

describe('the health of the settings', () => {
  it('contains a warning when every origin is allowed', () => {
    expect(problems(checkSettings({ issuer: undefined, corsAllowAllOrigins: false }))).toEqual([])
    expect(problems(checkSettings({ issuer: undefined, corsAllowAllOrigins: true }))).toEqual([
      'warning cors',
    ])
  })
})

describe('the health of a remote server', () => {
  const fine = {
    asked: 'https://id.example.com',
    issuer: 'https://id.example.com',
    keys: 3,
    isCorsOpen: false,
    clockOffset: 1,
  }

  it.each([
    [{}, []],
    [{ issuer: undefined }, ['bad issuer']],
    [{ issuer: 'https://other.example' }, ['bad issuer']],
    [{ asked: 'http://id.example.com', issuer: 'http://id.example.com' }, ['bad transport']],
    [{ keys: 0 }, ['bad keys']],
    [{ isCorsOpen: true }, ['bad cors']],
    [{ clockOffset: -90 }, ['warning clock']],
    [{ clockOffset: undefined }, []],
  ])('with %o', (changes, expected) => {
    expect(problems(checkRemote({ ...fine, ...changes }))).toEqual(expected)
  })
})
