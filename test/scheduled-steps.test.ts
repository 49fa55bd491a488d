import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { takeTurns } from '../src/acts/server/take-turns.ts'
import { parseConfig } from '../src/config.ts'
import { maintain, scheduledSteps } from '../src/maintenance.ts'
import { dropEverything } from './database.ts'
import { addClient, addUser, applySchema, startedAt } from './server.ts'

// The plan with room for every step in one run: on the other one they take turns.
const config = parseConfig({ ...env, WORKERS_PLAN: 'paid' })
const long = 1000 * 86_400
const now = startedAt + long

/** Work for each step. */
async function fill(): Promise<void> {
  await dropEverything(env.DB)
  await applySchema()
  const owner = await addUser('ada')
  const { client } = await addClient(owner)
  await env.DB.batch(expiredRowsFor(owner.id, client.id).map((text) => env.DB.prepare(text)))
}

function expiredRowsFor(user: string, client: string): readonly string[] {
  return [
    // A person from before search terms existed.
    'DELETE FROM user_terms',
    `INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at)
     VALUES ('old', '${user}', 'a', '[]', 1, ${now}, 1), ('idle', '${user}', 'b', '[]', 1, 1, ${now + 1})`,
    `INSERT INTO authorizations (id, client_id, user_id, scope, resources, auth_time, sid, openid, created_at, code_hash, redirect_uri,
       redirect_uri_sent, code_expires_at, expires_at, redeemed_at)
     VALUES ('a', '${client}', '${user}', 'read', '[]', 1, 'c', '{}', 1, 'a', 'u', 1, 1, 1, NULL),
       ('b', '${client}', '${user}', 'read', '[]', 1, 'c', '{}', 1, 'b', 'u', 1, 1, 1, 1)`,
    `INSERT INTO pending_sign_ins (id_hash, user_id, password_hash, expires_at) VALUES ('a', '${user}', '', 1)`,
    `INSERT INTO used_challenges (id, claimed_by, expires_at) VALUES ('a', 'a', 1)`,
    `INSERT INTO revoked_access_tokens (jti, expires_at) VALUES ('a', 1)`,
    `INSERT INTO used_assertions (client_id, jti_hash, claimed_by, expires_at) VALUES ('${client}', 'a', 'a', 1)`,
    `INSERT INTO logout_deliveries (id, client_id, user_id, sid, issuer, created_at, attempts) VALUES ('a', '${client}', '${user}', 'c', '', 1, 1)`,
    `UPDATE client_secrets SET expires_at = 1`,
    `INSERT INTO mail_tokens (token_hash, purpose, user_id, email, created_at, expires_at) VALUES ('a', 'password_reset', '${user}', '', 1, 1)`,
    `INSERT INTO invitations (id, token_hash, email, was_mailed, invited_by, created_at, expires_at) VALUES ('a', 'a', '', 1, '${user}', 1, 1)`,
    `INSERT INTO device_authorizations (device_code_hash, user_code_hash, client_id, scope, resources, poll_interval, origin, created_at, expires_at)
     VALUES ('a', 'a', '${client}', '', '[]', 5, '', 1, 1)`,
    `INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins, scope,
       access_token_format, openid, created_at, updated_at) SELECT 'itself', owner_id, name, name_key, type, grant_type, redirect_uris,
       post_logout_redirect_uris, allowed_origins, scope, access_token_format, openid, 1, 1 FROM clients WHERE id = '${client}'`,
    `INSERT INTO client_registrations (client_id, token_hash, auth_method, told, origin, created_at) VALUES ('itself', 'a', 'none', '{}', '', 1)`,
    `INSERT INTO users (id, username, username_key, password_hash, role, created_at, updated_at) VALUES ('u', 'u', 'u', '', 'user', 1, 1)`,
    `INSERT INTO sign_ups (user_id, created_at) VALUES ('u', 1)`,
    `INSERT INTO daily_tokens (day, client_id, issued, refused) VALUES (1, '', 1, 1)`,
    `INSERT INTO database_sizes (day, bytes, most) VALUES (1, 1, 1)`,
    `INSERT INTO outbox (number, id, recipient, subject, text, html, created_at) VALUES (1, 'a', '', '', '', '', 1)`,
    `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reference) VALUES ('${client}', 1, 'issued', 1, 1, 'a')`,
    `INSERT INTO sign_in_attempts (subject, attempts, attempted_at, locked_until, claimed_by) VALUES ('a', 1, 1, 1, 'a')`,
    `INSERT INTO audit_events (id, at, type, reference) VALUES ('a', ${now - 5}, 'sign_in', 'a')`,
  ]
}

/** The results of each completed step; remaining rows are in `left`. */
async function leftOver(): Promise<readonly string[]> {
  const tables = [
    ...new Set(expiredRowsFor('', '').map((text) => /(?:INTO|UPDATE|FROM) (\w+)/.exec(text)?.[1] ?? '')),
  ]
  const left: string[] = []
  // A client and a user exist for the rows that are purged with them.
  for (const table of tables.filter((name) => !['clients', 'users', 'user_terms'].includes(name))) {
    const condition =
      table === 'database_sizes'
        ? 'day = 1'
        : table === 'audit_events'
          ? `number IS NULL AND id = 'a'`
          : 'true'
    const n = await env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${condition}`).first<number>('n')
    if (n !== 0) left.push(table)
  }
  const keys = await env.DB.prepare('SELECT count(*) AS n FROM signing_keys').first<number>('n')
  const people = await env.DB.prepare('SELECT count(*) AS n FROM user_terms').first<number>('n')
  return [...left, ...(keys === 0 ? ['signing_keys'] : []), ...(people === 0 ? ['user_terms'] : [])]
}

/** Fails the batch with that number, however often it is sent. */
function withoutBatch(number: number): { readonly db: D1Database; readonly batches: () => number } {
  const seen: unknown[] = []
  const db = new Proxy(env.DB, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property !== 'batch') return value.bind(target)
      return (statements: D1PreparedStatement[]) => {
        if (!seen.includes(statements)) seen.push(statements)
        if (seen.indexOf(statements) === number) throw new Error('D1_ERROR: the disk is full')
        return target.batch(statements)
      }
    },
  })
  return { db, batches: () => seen.length }
}

beforeEach(() => {
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

const run = (db: D1Database) => maintain(db, config, () => now)

it('do everything there is to do, and the test gave each step work', async () => {
  await fill()
  expect(await leftOver()).toHaveLength(21)
  await run(env.DB)
  expect(await leftOver()).toEqual([])
})

it('each run despite the failure of another, and the next run does what was left', async () => {
  await fill()
  const whole = withoutBatch(-1)
  await run(whole.db)
  const failed = new Set<string>()
  // The last batch records the run.
  for (let number = 0; number < whole.batches() - 1; number++) {
    await fill()
    const message = await run(withoutBatch(number).db).catch((error: unknown) => String(error))
    const [, step = 'none'] = /^AggregateError: Failed: ([^,]*)$/.exec(message ?? '') ?? []
    failed.add(step)
    expect([step, (await leftOver()).length <= 1]).toEqual([step, true])
    const noted = await env.DB.prepare('SELECT failed FROM maintenance_runs').first<string>('failed')
    expect([step, noted]).toEqual([step, step === 'audit seals' ? null : JSON.stringify([step])])
    await run(env.DB)
    expect([step, await leftOver()]).toEqual([step, []])
  }
  expect(failed).toEqual(new Set(scheduledSteps(env.DB, config, now).map(({ name }) => name)))
})

it('seal first, in whatever order the others are', async () => {
  await fill()
  for (let quarter = 0; quarter < 20; quarter++) {
    await fill()
    const first = withoutBatch(0)
    await expect(maintain(first.db, config, () => now + quarter * 900)).rejects.toThrow('audit seals')
  }
})

it('all get their time in each run, on the plan with few queries, when there is little to do', async () => {
  await dropEverything(env.DB)
  await applySchema()
  await addUser('ada', 'administrator')
  const few = parseConfig({ ...env, WORKERS_PLAN: 'free' })
  const left: string[] = []
  for (let quarter = 0; quarter < 26; quarter++) {
    await maintain(env.DB, few, () => startedAt + quarter * 900)
    const unfinished = env.DB.prepare('SELECT unfinished FROM maintenance_runs')
    // The first run creates keys.
    if (quarter > 0) left.push(...JSON.parse((await unfinished.first<string>('unfinished')) ?? ''))
  }
  expect(left).toEqual([])
})

it('never send more queries than a step declares', async () => {
  await fill()
  const sent: Record<string, number> = {}
  let current = ''
  const counting = new Proxy(env.DB, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property !== 'batch') return value.bind(target)
      return (statements: D1PreparedStatement[]) => {
        sent[current] = (sent[current] ?? 0) + statements.length
        return target.batch(statements)
      }
    },
  })
  for (const step of scheduledSteps(counting, config, now)) {
    current = step.name
    await step.run()
    expect([step.name, (sent[step.name] ?? 0) > 0, (sent[step.name] ?? 0) <= step.queries]).toEqual([
      step.name,
      true,
      true,
    ])
  }
})

it('take turns: a step with much to do waits for the others, and stops at the limit', async () => {
  const done: string[] = []
  const step = (name: string, parts: number, queries = 1) => ({
    name,
    queries,
    run: async () => {
      done.push(name)
      return --parts > 0
    },
  })
  const steps = [step('a', 3), step('b', 1), step('c', 9), step('d', 1, 5)]
  const outcome = await takeTurns(steps, {
    queriesLeft: () => 7 - done.filter((name) => name !== 'rest').length,
    isTimeLeft: () => true,
    rest: async () => void done.push('rest'),
  })
  // While the schedule rests, the database answers people.
  expect(done).toEqual(['a', 'rest', 'b', 'c', 'rest', 'a', 'rest', 'c', 'rest', 'a', 'c', 'rest'])
  expect(outcome).toEqual({ failed: [], unfinished: ['c', 'd'] })
})
