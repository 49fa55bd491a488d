import { env } from 'cloudflare:workers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { dropEverything } from './database.ts'
import { addClient, addUser, applySchema, startedAt } from './server.ts'

/** The people who can create a row, from the least trusted. */
type Maker = 'anybody' | 'people' | 'developers' | 'administrators' | 'operator' | 'the schedule'

/** Why the rows don't grow without limit. The first four are tested below; `tests` names the tests of the others. */
type Bound =
  | 'they go by time'
  | 'one row'
  | {
      readonly with: 'users' | 'clients' | 'resources' | 'connections'
      readonly most: string
      readonly tests: string
    }
  | { readonly most: string; readonly tests: string }

/**
 * Every table: a new one fails until its writers and its limit are declared. `most` is the limit in words: for a person, an
 * application, or the whole server.
 */
const tables: Readonly<Record<string, { readonly by: Maker; readonly bound: Bound }>> = {
  users: {
    by: 'anybody',
    bound: { most: 'sign-ups of an address block, by a setting, or invitations', tests: 'routes/signup' },
  },
  sign_ups: { by: 'anybody', bound: 'they go by time' },
  user_terms: {
    by: 'anybody',
    bound: { with: 'users', most: 'a number for each field, `mostTerms`', tests: 'routes/user-search' },
  },
  term_fills: { by: 'the schedule', bound: 'one row' },
  setup_tokens: {
    by: 'operator',
    bound: { most: 'one each time the server is deployed without an administrator', tests: 'routes/setup' },
  },
  sessions: { by: 'people', bound: 'they go by time' },
  sign_in_attempts: { by: 'anybody', bound: 'they go by time' },
  failed_tries: { by: 'anybody', bound: 'they go by time' },
  kept_id_tokens: { by: 'people', bound: 'they go by time' },
  pending_sign_ins: { by: 'people', bound: 'they go by time' },
  authenticators: { by: 'people', bound: { with: 'users', most: 'one', tests: 'routes/authenticator' } },
  recovery_codes: { by: 'people', bound: { with: 'users', most: 'ten', tests: 'routes/authenticator' } },
  factor_removals: { by: 'people', bound: { with: 'users', most: 'one', tests: 'routes/ways-in' } },
  passkeys: { by: 'people', bound: { with: 'users', most: 'PASSKEYS_PER_PERSON', tests: 'routes/passkeys' } },
  used_challenges: { by: 'anybody', bound: 'they go by time' },
  connections: {
    by: 'administrators',
    bound: { most: '50, and their settings are lists of bounded length', tests: 'routes/connections' },
  },
  connection_domains: {
    by: 'administrators',
    bound: { with: 'connections', most: '100 of each', tests: 'routes/connections' },
  },
  identities: {
    by: 'people',
    bound: { with: 'users', most: 'one for each subject of a provider', tests: 'flows/providers' },
  },
  mail_tokens: { by: 'anybody', bound: 'they go by time' },
  invitations: { by: 'administrators', bound: 'they go by time' },
  outbox: { by: 'anybody', bound: 'they go by time' },
  clients: {
    by: 'developers',
    bound: { with: 'users', most: 'APPLICATIONS_PER_PERSON', tests: 'routes/quotas' },
  },
  client_registrations: {
    by: 'anybody',
    bound: {
      with: 'clients',
      most: 'so many an address block and day, and so many that are not used',
      tests: 'flows/registration',
    },
  },
  client_secrets: {
    by: 'developers',
    bound: { with: 'clients', most: 'two', tests: 'routes/application-secrets' },
  },
  used_assertions: { by: 'developers', bound: 'they go by time' },
  client_origins: {
    by: 'developers',
    bound: { with: 'clients', most: 'as many as addresses, in 64 KiB', tests: 'routes/quotas' },
  },
  client_logos: {
    by: 'developers',
    bound: { with: 'clients', most: 'one, in APPLICATION_BYTES_PER_PERSON', tests: 'routes/quotas' },
  },
  client_activity: { by: 'anybody', bound: 'they go by time' },
  resources: {
    by: 'administrators',
    bound: { most: 'administrators are trusted with it', tests: 'routes/administration' },
  },
  authorization_details_types: {
    by: 'administrators',
    bound: { most: 'administrators are trusted with it', tests: 'flows/authorization-details' },
  },
  scopes: {
    by: 'administrators',
    bound: { most: 'administrators are trusted with it', tests: 'routes/administration' },
  },
  api_introspectors: {
    by: 'administrators',
    bound: { with: 'resources', most: 'a list of bounded length', tests: 'routes/introspect' },
  },
  api_exchangers: {
    by: 'administrators',
    bound: { with: 'resources', most: 'a list of bounded length', tests: 'flows/token-exchange' },
  },
  other_servers: {
    by: 'administrators',
    bound: { most: 'administrators are trusted with it', tests: 'routes/administration' },
  },
  other_server_clients: {
    by: 'administrators',
    bound: { with: 'clients', most: 'a list of bounded length', tests: 'routes/administration' },
  },
  assertion_clients: {
    by: 'administrators',
    bound: { with: 'clients', most: 'a list of bounded length', tests: 'routes/administration' },
  },
  device_authorizations: { by: 'anybody', bound: 'they go by time' },
  pushed_authorizations: { by: 'anybody', bound: 'they go by time' },
  device_requests: { by: 'operator', bound: { most: 'nothing writes to it any more', tests: 'migrations' } },
  pushed_requests: { by: 'operator', bound: { most: 'nothing writes to it any more', tests: 'migrations' } },
  consents: { by: 'people', bound: { with: 'users', most: 'one for each application', tests: 'growth' } },
  consent_hosts: {
    by: 'people',
    bound: {
      with: 'users',
      most: 'the hosts of each application that were used last',
      tests: 'routes/consent-page',
    },
  },
  authorizations: {
    by: 'people',
    bound: { with: 'users', most: 'AUTHORIZATIONS_PER_APPLICATION', tests: 'growth' },
  },
  revoked_access_tokens: { by: 'developers', bound: 'they go by time' },
  scope_deletions: { by: 'operator', bound: 'one row' },
  scope_versions: { by: 'operator', bound: 'one row' },
  endings: {
    by: 'operator',
    bound: { most: 'one each time everything is ended', tests: 'flows/ending-everything' },
  },
  later_signing_keys: {
    by: 'the schedule',
    bound: { most: 'the keys of 30 days', tests: 'flows/key-rotation' },
  },
  signing_keys: { by: 'the schedule', bound: { most: 'the keys of 30 days', tests: 'flows/key-rotation' } },
  logout_deliveries: { by: 'people', bound: 'they go by time' },
  maintenance_runs: { by: 'the schedule', bound: 'one row' },
  database_sizes: { by: 'the schedule', bound: 'they go by time' },
  daily_tokens: { by: 'the schedule', bound: 'they go by time' },
  audit_events: {
    by: 'people',
    bound: { most: 'AUDIT_RETENTION, and a hundred a day, type and person', tests: 'audit-retention' },
  },
  audit_heads: { by: 'the schedule', bound: 'one row' },
  audit_starts: { by: 'the schedule', bound: 'one row' },
  audit_parts: { by: 'operator', bound: { most: 'one each time the secret is replaced', tests: 'key-ring' } },
  kept_keys: { by: 'operator', bound: { most: 'one of each name', tests: 'key-ring' } },
  used_secrets: {
    by: 'operator',
    bound: { most: 'one each time the secret is replaced', tests: 'key-ring' },
  },
  event_counts: { by: 'anybody', bound: 'they go by time' },
}

const { DB } = env
const names = Object.keys(tables)
const far = startedAt + 4000 * 86_400
const testFiles = import.meta.glob('./**/*.test.ts', { query: '?raw', import: 'default', eager: true })

beforeAll(applySchema)
beforeEach(() => {
  for (const method of ['log', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {})
})
afterEach(() => vi.restoreAllMocks())

interface Column {
  readonly name: string
  readonly type: string
  readonly notnull: number
  readonly [what: string]: unknown
}

/** A row that the schema accepts, with small values: every time is long ago. Built from the schema alone. */
async function insertOldRow(table: string, known: Readonly<Record<string, string>>): Promise<void> {
  const { results: columns } = await DB.prepare(`SELECT * FROM pragma_table_info('${table}')`).all<Column>()
  const schema =
    (await DB.prepare('SELECT sql FROM sqlite_master WHERE name = ?').bind(table).first<string>('sql')) ?? ''
  const word = (name: string) => new RegExp(`CHECK \\(${name} IN \\('([^']*)'`).exec(schema)?.[1]
  const needed = columns.filter(({ notnull, name }) => notnull === 1 || /_at$/.test(name))
  const values = needed.map(({ name, type }) => word(name) ?? known[name] ?? (type === 'INTEGER' ? 1 : 'x'))
  const places = needed.map(() => '?').join(', ')
  await DB.prepare(`INSERT INTO ${table} (${needed.map(({ name }) => name)}) VALUES (${places})`)
    .bind(...values)
    .run()
}

async function fill(table: string): Promise<void> {
  await dropEverything(DB)
  await applySchema()
  const owner = await addUser('ada')
  const { client } = await addClient(owner)
  await DB.prepare(
    `INSERT INTO resources (identifier, name, created_at) VALUES ('https://api.example', 'API', 1)`,
  ).run()
  await DB.prepare(
    `INSERT INTO other_servers (issuer, name, user_field, user_claim, assertion_scope, created_at)
     VALUES ('https://acme.example', 'Acme', 'id', 'sub', '', 1)`,
  ).run()
  await DB.prepare(
    `INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
     VALUES ('acme', 'openid', 'Acme', 0, 'latchkey', '{}', 1, 1)`,
  ).run()
  if (['users', 'clients', 'resources', 'other_servers', 'connections'].includes(table)) return
  const known = {
    user_id: owner.id,
    client_id: client.id,
    invited_by: owner.id,
    owner_id: owner.id,
    resource: 'https://api.example',
    issuer: 'https://acme.example',
    connection_id: 'acme',
  }
  await DB.prepare(`DELETE FROM ${table}`).run()
  if (table === 'consent_hosts') await insertOldRow('consents', known)
  if (table === 'kept_id_tokens') await insertOldRow('sessions', known)
  await insertOldRow(table, known)
}

const count = (table: string) => DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')

describe('every table', () => {
  it('is classified: its writers, and the limit of its rows', async () => {
    const { results } = await DB.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all<{
      name: string
    }>()
    const there = results.map(({ name }) => name).filter((name) => !/^(_cf_|sqlite_|d1_)/.test(name))
    expect(there.toSorted()).toEqual(names.toSorted())
  })

  it.each(names.filter((name) => tables[name]?.bound === 'they go by time'))(
    'that goes by time does: %s',
    async (table) => {
      await fill(table)
      expect(await count(table)).toBe(1)
      await maintain(DB, parseConfig({ ...env, WORKERS_PLAN: 'paid' }), () => far)
      // The run's own record is of its own day.
      const own = table === 'database_sizes' ? 1 : 0
      expect(await count(table)).toBe(own)
    },
  )

  it.each(names.filter((name) => tables[name]?.bound === 'one row'))(
    'that has one row takes no second: %s',
    async (table) => {
      await fill(table)
      const { results: columns } = await DB.prepare(`SELECT name FROM pragma_table_info('${table}')`).all<{
        name: string
      }>()
      const others = columns.map(({ name }) => name).filter((name) => name !== 'id')
      const second = `INSERT INTO ${table} (id, ${others}) SELECT 2, ${others} FROM ${table}`
      await expect(DB.prepare(second).run()).rejects.toThrow('CHECK constraint failed')
    },
  )

  const owned = names.flatMap((name) => {
    const bound = tables[name]?.bound
    return typeof bound === 'object' && 'with' in bound ? [[name, bound.with] as const] : []
  })
  it.each(owned)('is deleted with its parent: %s with %s', async (table, parent) => {
    await fill(table)
    expect((await count(table)) ?? 0).toBeGreaterThan(0)
    await DB.prepare(`DELETE FROM ${parent}`).run()
    expect(await count(table)).toBe(0)
  })

  it('with another limit names the test for it', () => {
    const missing = Object.values(tables).flatMap(({ bound }) =>
      typeof bound === 'object' && !(`./${bound.tests}.test.ts` in testFiles) ? [bound.tests] : [],
    )
    expect(missing).toEqual([])
  })

  it('that anybody can fill expires, or is limited per address', () => {
    const open = names.filter(
      (name) => tables[name]?.by === 'anybody' && tables[name]?.bound !== 'they go by time',
    )
    expect(open).toEqual(['users', 'user_terms', 'client_registrations'])
  })
})
