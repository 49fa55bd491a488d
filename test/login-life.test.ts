import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { makeAuthorizationId, randomText } from '../src/secrets/secret.ts'
import { carriedTo, register } from './applications.ts'
import type { Browser } from './browser.ts'
import { countedRows, listed } from './counted-rows.ts'
import { authorizePath, codeRequest, type Known, obtainCode, postToken, tokensOf } from './flow.ts'
import { addUser, applySchema, type Server, startedAt, startServer } from './server.ts'

/** The cost of one login over its whole life, and its storage meanwhile: docs/performance.md has the figures. */
const rows = countedRows()
const server = startServer({ bindings: { DB: rows.db } })
const config = parseConfig({ ...env, WORKERS_PLAN: 'paid' })
const scope = 'openid profile offline_access'
const nonce = randomText(12)
const later = startedAt + 300 * 86_400
let grace: Browser
let graceId: string
let known: Known

beforeAll(async () => {
  await applySchema()
  const person = await addUser('grace')
  graceId = person.id
  grace = await server.signedIn(person)
  known = await register(await server.signedIn(await addUser('ada')))
  // The first time stores the consent, and with this many requests in a day hardly one is counted.
  await env.DB.prepare(
    `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reference) VALUES (?, ?, 'issued', ?, 0, '')`,
  )
    .bind(known.client.id, Math.floor(startedAt / 86_400), 1e12)
    .run()
  await tokensOf(await postToken(server, codeRequest(known, await obtainCode(grace, known, { scope }))))
})

async function login(at: Server = server, browser: Browser = grace): Promise<void> {
  const page = await browser.get(authorizePath(known, { scope, nonce }))
  const code = new URL(page.location).searchParams.get('code') ?? ''
  await tokensOf(await postToken(at, codeRequest(known, code)))
}

/** Rows written by statements about authorizations, with their events. */
async function writtenDuring(work: () => Promise<unknown>): Promise<{ written: number; list: string }> {
  rows.reset()
  await work()
  const ofLogins = rows.batches.map((batch) => batch.filter(({ sql }) => sql.includes('authorizations')))
  const written = ofLogins.flat().reduce((sum, one) => sum + one.written, 0)
  return { written, list: listed(ofLogins.filter((batch) => batch.length > 0)) }
}

/** In bytes, including free space in pages. */
const sizeOfDatabase = async () => (await env.DB.prepare('SELECT 1').run()).meta.size_after

type Sent = readonly [sql: string, values: readonly unknown[]]

/** The statements by which the server writes the row of one login: issued, then redeemed. */
async function recordLogin(): Promise<readonly [Sent, Sent]> {
  const sent: Sent[] = []
  const db = new Proxy(env.DB, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property !== 'prepare') return value.bind(target)
      return (sql: string) => {
        const prepared = target.prepare(sql)
        const bind = prepared.bind.bind(prepared)
        prepared.bind = (...values) => {
          sent.push([sql, values])
          return bind(...values)
        }
        return prepared
      }
    },
  })
  const watched = startServer({ bindings: { DB: db } })
  await login(watched, carriedTo(watched, grace))
  const [issued, redeemed, ...others] = sent.filter(([sql]) =>
    /^\s*(INSERT INTO authorizations|UPDATE authorizations SET redeemed_at)/.test(sql),
  )
  if (issued === undefined || redeemed === undefined || others.length > 0)
    throw new Error('A login writes its row with other statements now')
  return [issued, redeemed]
}

/** Random people, with ids as signing up makes them, each with a session, who have allowed each application. */
async function insertPeople(people: number, applications: number) {
  const made = Array.from({ length: people }, () => ({ id: randomText(12), sid: randomText(12) }))
  const clients = Array.from({ length: applications }, () => randomText(12))
  const all = JSON.stringify(made)
  const columns = await env.DB.prepare(`SELECT name FROM pragma_table_info('clients')`).all<{
    name: string
  }>()
  const copied = columns.results.map(({ name }) => name)
  const run = (sql: string, ...values: readonly string[]) =>
    env.DB.prepare(sql)
      .bind(...values)
      .run()
  await run(
    `INSERT INTO clients (${copied.join(', ')}) SELECT ${copied.map((name) => (name === 'id' ? 'j.value' : `c.${name}`)).join(', ')}
     FROM clients c, json_each(?1) j WHERE c.id = ?2`,
    JSON.stringify(clients),
    known.client.id,
  )
  await run(
    `INSERT INTO users (id, username, username_key, password_hash, role, created_at)
     SELECT value ->> 'id', value ->> 'id', value ->> 'id', '', 'user', 1 FROM json_each(?1)`,
    all,
  )
  await run(
    `INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at)
     SELECT value ->> 'id', value ->> 'id', value ->> 'sid', '[]', 1, 1, 1 FROM json_each(?1)`,
    all,
  )
  await run(
    `INSERT INTO consents (user_id, client_id, scope, redirect_host, client_name, granted_at, created_at)
     SELECT p.value ->> 'id', c.value, '', '', '', 1, 1 FROM json_each(?1) p, json_each(?2) c`,
    all,
    JSON.stringify(clients),
  )
  return { people: made, clients }
}

const oneOf = <T>(list: readonly T[], otherwise: T): T =>
  list[Math.floor(Math.random() * list.length)] ?? otherwise

describe('a login', () => {
  it('takes at most 600 bytes, including indexes and free space in pages', async () => {
    const [issued, redeemed] = await recordLogin()
    const rowsBefore = await env.DB.prepare('SELECT id, sid FROM authorizations').all<{
      id: string
      sid: string
    }>()
    const mine = rowsBefore.results.find(({ id }) => issued[1].includes(id) && redeemed[1].includes(id))
    if (mine === undefined) throw new Error('No login')
    // In the order of time: the first characters are the second.
    expect(mine.id.slice(0, 7)).toBe(makeAuthorizationId(startedAt).slice(0, 7))
    const { people, clients } = await insertPeople(500, 10)
    await env.DB.prepare('DELETE FROM authorizations').run()
    const logins = 3000
    const before = await sizeOfDatabase()
    const statements: D1PreparedStatement[] = []
    const due: D1PreparedStatement[] = []
    for (let i = 0; i < logins; i++) {
      const after = Math.floor(i / 6)
      const person = oneOf(people, { id: '', sid: '' })
      const own = new Map<unknown, unknown>([
        [graceId, person.id],
        [mine.sid, person.sid],
        [known.client.id, oneOf(clients, '')],
        [mine.id, makeAuthorizationId(startedAt + after)],
      ])
      /** Identifiers and hashes are random, of the same length; times pass. */
      const another = (value: unknown) => {
        if (typeof value === 'number' && value > 1e9) return value + after
        if (typeof value !== 'string' || !/^[\w-]{8,43}$/.test(value)) return value
        const made = own.get(value) ?? randomText(32).slice(0, value.length)
        own.set(value, made)
        return made
      }
      const again = ([sql, values]: Sent) => env.DB.prepare(sql).bind(...values.map(another))
      statements.push(again(issued))
      due.push(again(redeemed))
      // Six a second, which is what a database of 10 GB holds for 30 days, are redeemed in any order about a second later.
      if (due.length > 10) statements.push(...due.splice(Math.floor(Math.random() * 10), 1))
    }
    statements.push(...due)
    for (let i = 0; i < statements.length; i += 200) await env.DB.batch(statements.slice(i, i + 200))
    const { results } = await env.DB.prepare(
      'SELECT count(*) AS n, count(redeemed_at) AS used FROM authorizations',
    ).all()
    expect(results).toEqual([{ n: logins, used: logins }])
    const bytes = ((await sizeOfDatabase()) - before) / logins
    await env.DB.prepare('DELETE FROM authorizations').run()
    expect(bytes).toBeGreaterThan(400)
    expect(bytes).toBeLessThan(600)
  })

  it('writes eight rows when it is issued and redeemed, and one when it is deleted', async () => {
    const logins = 50
    const issued = await writtenDuring(async () => {
      for (let i = 0; i < logins; i++) await login()
    })
    expect(issued.written, issued.list).toBe(8 * logins)
    const ended = await writtenDuring(() => maintain(rows.db, config, () => later))
    // One event summarizes one person at one application on one day.
    expect(ended.written, ended.list).toBeLessThanOrEqual(logins + 7)
    expect(await env.DB.prepare('SELECT count(*) AS n FROM authorizations').first('n')).toBe(0)
  })
})
