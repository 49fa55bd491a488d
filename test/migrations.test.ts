import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import first from '../migrations/0001_first_release.sql?raw'
import { migrate } from '../scripts/database/migrate.ts'
import type { Migration } from '../scripts/database/migrations.ts'
import { listAppliedMigrations, neededMigration } from '../src/store/server/migrations.ts'
import { describeSchema, dropEverything, rowsOf } from './database.ts'
import { everyFirstAnswerLost } from './faults.ts'
import { held } from './first-release/held.ts'
import {
  authorizePath,
  codeRequest,
  errorOf,
  introspect,
  postToken,
  refreshRequest,
  tokensOf,
} from './flow.ts'
import { startServer } from './server.ts'

const migrations: readonly Migration[] = env.MIGRATIONS
const firstRelease: Migration = {
  name: '0001_first_release.sql',
  statements: migrations[0]?.statements ?? [],
}
const later: Migration = {
  name: '9999_later.sql',
  statements: ['ALTER TABLE users ADD COLUMN later TEXT', 'CREATE TABLE later (id TEXT PRIMARY KEY)'],
}

const db = env.DB
const run = (statements: readonly string[]) => db.batch(statements.map((text) => db.prepare(text)))
const applied = () => listAppliedMigrations(db)

beforeEach(() => dropEverything(db))

describe('the files', () => {
  it('are numbered without a gap, and the code needs the last one', () => {
    const numbers = migrations.map(({ name }) => /^(\d{4})_[a-z_]+\.sql$/.exec(name)?.[1])
    expect(numbers).toEqual(migrations.map((_, index) => String(index + 1).padStart(4, '0')))
    expect(neededMigration).toBe(migrations.at(-1)?.name)
  })

  it('never change the first release', async () => {
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(first))
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
    expect(hex).toBe('6872129b9f89579aab32d1c9cf0dea9c7d6434d8c1613c69b03b79d7b3a24bdc')
  })

  it('only add: older code works with a newer database', () => {
    for (const migration of migrations.slice(1)) {
      for (const text of migration.statements)
        expect([text, isAdditive(text, migration)]).toEqual([text, true])
    }
    const more = { name: '', statements: ['CREATE TABLE t (id TEXT)'] }
    expect(isAdditive('ALTER TABLE users ADD COLUMN a TEXT', more)).toBe(true)
    expect(isAdditive('CREATE UNIQUE INDEX t_once ON t (id)', more)).toBe(true)
    expect(isAdditive('CREATE UNIQUE INDEX users_once ON users (email)', more)).toBe(false)
    expect(isAdditive('ALTER TABLE users DROP COLUMN email', more)).toBe(false)
    expect(isAdditive('DROP TABLE users', more)).toBe(false)
  })
})

/** Older code would break a new uniqueness rule. */
function isAdditive(statement: string, migration: Migration): boolean {
  const text = statement.replaceAll(/^\s*--.*\n/gm, '').trim()
  const unique = /^CREATE UNIQUE INDEX (?:IF NOT EXISTS )?\w+ ON (\w+)/.exec(text)
  if (unique !== null)
    return new RegExp(`CREATE TABLE (IF NOT EXISTS )?${unique[1]}\\b`).test(migration.statements.join('\n'))
  // An index is only a way to find rows, here for the schedule; a unique one is a rule, and stays.
  if (/^DROP INDEX (\w+_by_expiry|authorizations_(unredeemed|over)|users_unchecked)$/.test(text)) return true
  return /^(CREATE (TABLE|INDEX|TRIGGER) |ALTER TABLE \w+ ADD COLUMN |INSERT INTO [\s\S]* ON CONFLICT DO NOTHING$)/.test(
    text,
  )
}

describe('migrating', () => {
  it('ends in schema.sql, from an empty database', async () => {
    await run(env.SCHEMA)
    const wanted = await describeSchema(db)
    const seeds = await rowsOf(db, 'scopes')
    await dropEverything(db)
    await migrate(db, migrations)
    expect(await describeSchema(db)).toEqual(wanted)
    expect(await rowsOf(db, 'scopes')).toEqual(seeds)
    expect(await applied()).toEqual(migrations.map(({ name }) => name))
  })

  it('does nothing the second time', async () => {
    await migrate(db, migrations)
    const before = await db.prepare('SELECT * FROM d1_migrations').all()
    expect((await migrate(db, migrations)).pending).toEqual([])
    expect((await db.prepare('SELECT * FROM d1_migrations').all()).results).toEqual(before.results)
  })

  it('keeps nothing of a failed one, and continues from there', async () => {
    const broken = { ...later, statements: [...later.statements, 'INSERT INTO nowhere VALUES (1)'] }
    await expect(migrate(db, [...migrations, broken])).rejects.toThrow('nowhere')
    expect(await applied()).toEqual(migrations.map(({ name }) => name))
    expect((await describeSchema(db)).map(({ name }) => name)).not.toContain('later')
    await migrate(db, [...migrations, later])
    expect((await applied()).at(-1)).toBe(later.name)
    expect((await describeSchema(db)).map(({ name }) => name)).toContain('later')
  })

  it('survives a lost answer, and two runs at once', async () => {
    await migrate(everyFirstAnswerLost(), migrations)
    await Promise.all([migrate(db, [...migrations, later]), migrate(db, [...migrations, later])])
    expect(await applied()).toEqual([...migrations, later].map(({ name }) => name))
  })

  it('changes nothing in a database of newer code', async () => {
    await migrate(db, [...migrations, later])
    const before = await describeSchema(db)
    expect((await migrate(db, migrations)).unknown).toEqual([later.name])
    expect(await describeSchema(db)).toEqual(before)
  })
})

describe('rows of the first release', () => {
  const tables = [...new Set(env.FIRST_ROWS.flatMap((text) => /^INSERT INTO (\w+)/m.exec(text)?.[1] ?? []))]
  const contents = () => Promise.all(tables.map((table) => rowsOf(db, table)))

  it('exist for each table', async () => {
    await migrate(db, [firstRelease])
    expect((await describeSchema(db)).map(({ name }) => name)).toEqual(tables.toSorted())
  })

  it('are all there after migrating', async () => {
    await migrate(db, [firstRelease])
    await run(env.FIRST_ROWS)
    const before = await contents()
    await migrate(db, [...migrations, later])
    const after = await contents()
    // Columns that a migration adds are ignored.
    expect(after).toMatchObject(before)
  })

  it.each([
    ['before the migration', [firstRelease]],
    ['after it, by code that is still the old one', [...migrations, later]],
  ])('work when they were written %s', async (_, applied) => {
    await migrate(db, applied)
    await run(env.FIRST_ROWS)
    await migrate(db, [...migrations, later])
    const server = startServer()
    const { client } = held
    const browser = server.browser()
    browser.cookies.set('latchkey-session', held.session)
    expect((await browser.get('/account')).text).toContain('ada')
    // Consent was given, so that nobody is asked.
    expect((await browser.get(authorizePath(client))).status).toBe(303)
    for (const token of [held.accessToken, held.opaqueAccessToken]) {
      expect((await introspect(server, client, token)).active).toBe(true)
    }
    const userinfo = await server.fetch('/o/userinfo', {
      headers: { Authorization: `Bearer ${held.accessToken}` },
    })
    expect(userinfo.status).toBe(200)
    const refreshed = await tokensOf(await postToken(server, refreshRequest(client, held.refreshToken)))
    await tokensOf(await postToken(server, refreshRequest(client, refreshed.refresh_token)))
    const redeemed = await tokensOf(await postToken(server, codeRequest(client, held.code)))
    expect((await introspect(server, client, redeemed.access_token)).active).toBe(true)
    expect(await errorOf(await postToken(server, codeRequest(client, held.code)))).toBe('400 invalid_grant')
  })
})

it('of the last release shows every page of the administration after migrating', async () => {
  await migrate(db, migrations.slice(0, 6))
  await run([
    ...env.FIRST_ROWS,
    `INSERT INTO audit_heads VALUES (1, 0, '', 1800000000, 'x')`,
    `INSERT INTO client_activity VALUES ('${held.client.client.id}', 20833, 'issued', 3, 1800000000, NULL, 'ref')`,
    `INSERT INTO client_logos VALUES ('${held.client.client.id}', 'hash', 'image/png', 'iVBORw0KGgo=')`,
    // Names that today's rules refuse.
    `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES ('u2', 'Bob@corp', 'bob@corp', '', 'user', 1)`,
    `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES ('u3', 'аdа', 'аdа', 'p', 'user', 1)`,
    `UPDATE sessions SET amr = '["pwd","otp","mfa"]'`,
  ])
  await migrate(db, migrations)
  const browser = startServer().browser()
  browser.cookies.set('latchkey-session', held.session)
  const seen = new Map<string, number>()
  const waiting = ['/admin', '/admin/health', '/admin/users/u2', '/admin/users/u3', '/o/applications']
  for (const path of waiting) {
    const [page = ''] = path.split('?')
    if (seen.has(page) || !/^\/(admin|o\/applications)/.test(page)) continue
    const { status, html } = await browser.get(path)
    seen.set(page, status)
    for (const [, href = ''] of html.matchAll(/href="(\/[^"#]*)"/g))
      waiting.push(href.replaceAll('&amp;', '&'))
  }
  expect([...seen].filter(([, status]) => status !== 200)).toEqual([])
  expect(seen.size).toBeGreaterThan(50)
})

describe('a database from before the first release', () => {
  const before = (text: string) =>
    text.replace(`'administrator', 'support', 'developer', 'user'`, `'administrator', 'user'`)
  const narrow = firstRelease.statements.map(before)
  const rows = [
    `INSERT INTO users (id, username, username_key, password_hash, role, created_at) VALUES ('u', 'Ada', 'ada', 'p', 'administrator', 1)`,
    `INSERT INTO sessions VALUES ('s', 'u', 'sid', '[]', 1, 1, 9, NULL)`,
    `INSERT INTO resources (identifier, name, access_token_lifetime, created_at) VALUES ('https://api.example', 'API', NULL, 1)`,
    `INSERT INTO scopes VALUES ('files', 'See your files', 'https://api.example', 0)`,
    `DELETE FROM scopes WHERE name = 'write'`,
  ]
  const tables = ['users', 'sessions', 'resources', 'scopes']
  const contents = () => Promise.all(tables.map((table) => rowsOf(db, table)))

  it('gets the tables of the first release, and keeps every row', async () => {
    await run(narrow)
    for (const row of rows) await db.prepare(row).run()
    const before = await contents()
    expect((await migrate(db, migrations)).unreleased).toEqual(['users'])
    // Later migrations add columns.
    expect(await contents()).toMatchObject(before)
    const carried = await describeSchema(db)
    await db.prepare(`UPDATE users SET role = 'support'`).run()
    await db.prepare('DELETE FROM users').run()
    expect(await rowsOf(db, 'sessions')).toEqual([])
    await dropEverything(db)
    await migrate(db, migrations)
    expect(carried).toEqual(await describeSchema(db))
  })

  it('is unchanged when that fails', async () => {
    await run(narrow.map((text) => text.replace('user_agent       TEXT ', 'gone_since       TEXT ')))
    for (const row of rows) await db.prepare(row).run()
    const before = [await contents(), await describeSchema(db)]
    await expect(migrate(db, migrations)).rejects.toThrow('gone_since')
    expect([await contents(), await describeSchema(db)]).toEqual(before)
  })

  it('that has the same tables already is only recorded, and gets the new ones', async () => {
    await run(firstRelease.statements)
    for (const row of rows.slice(0, 2)) await db.prepare(row).run()
    await db.prepare('DROP TABLE outbox').run()
    expect((await migrate(db, [firstRelease])).unreleased).toEqual([])
    expect(await applied()).toEqual([firstRelease.name])
    expect(await rowsOf(db, 'sessions')).toHaveLength(1)
    expect(await rowsOf(db, 'outbox')).toEqual([])
  })
})
