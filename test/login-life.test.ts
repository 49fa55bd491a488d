import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { register } from './applications.ts'
import type { Browser } from './browser.ts'
import { countedRows, listed } from './counted-rows.ts'
import { authorizePath, codeRequest, type Known, obtainCode, postToken, tokensOf } from './flow.ts'
import { addUser, applySchema, startedAt, startServer } from './server.ts'

/** The cost of one login over its whole life, and its storage meanwhile: docs/performance.md has the figures. */
const rows = countedRows()
const server = startServer({ bindings: { DB: rows.db } })
const config = parseConfig({ ...env, WORKERS_PLAN: 'paid' })
const scope = 'openid profile offline_access'
const later = startedAt + 300 * 86_400
let grace: Browser
let known: Known

beforeAll(async () => {
  await applySchema()
  grace = await server.signedIn(await addUser('grace'))
  known = await register(await server.signedIn(await addUser('ada')))
  // The first time stores the consent, and with this many requests in a day hardly one is counted.
  await env.DB.prepare(
    `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reference) VALUES (?, ?, 'issued', ?, 0, '')`,
  )
    .bind(known.client.id, Math.floor(startedAt / 86_400), 1e12)
    .run()
  await tokensOf(await postToken(server, codeRequest(known, await obtainCode(grace, known, { scope }))))
})

async function login(): Promise<void> {
  const page = await grace.get(authorizePath(known, { scope }))
  const code = new URL(page.location).searchParams.get('code') ?? ''
  await tokensOf(await postToken(server, codeRequest(known, code)))
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

describe('a login', () => {
  it('takes at most 920 bytes, including indexes and free space in pages', async () => {
    await login()
    const copies = 5000
    const before = await sizeOfDatabase()
    const random = (length: number) => `substr(lower(hex(randomblob(32))), 1, ${length})`
    const { results } = await env.DB.prepare(`SELECT name FROM pragma_table_info('authorizations')`).all<{
      name: string
    }>()
    const own: Readonly<Record<string, string>> = { id: random(22), code_hash: random(43), sid: random(22) }
    const columns = results.map(({ name }) => name)
    await env.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${copies})
       INSERT INTO authorizations (${columns.join(', ')}) SELECT ${columns.map((name) => own[name] ?? `a.${name}`).join(', ')}
       FROM (SELECT * FROM authorizations WHERE redeemed_at IS NOT NULL LIMIT 1) a, n`,
    ).run()
    const bytes = ((await sizeOfDatabase()) - before) / copies
    await env.DB.prepare('DELETE FROM authorizations').run()
    expect(bytes).toBeGreaterThan(400)
    expect(bytes).toBeLessThan(920)
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
