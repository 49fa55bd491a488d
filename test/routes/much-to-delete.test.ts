import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { carriedTo } from '../applications.ts'
import { beforeFirstWrite, everyBatchTwice } from '../faults.ts'
import { addClient, addUser, applySchema, password, startServer } from '../server.ts'

beforeAll(applySchema)

const { DB } = env
let people = 0

async function insertMany(rows: number, userId: string, clientId: string): Promise<void> {
  await DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO authorizations (id, client_id, user_id, scope, resources, auth_time, sid, openid, created_at, code_hash, redirect_uri,
       redirect_uri_sent, code_expires_at, redeemed_at, expires_at)
     SELECT ?2 || ?3 || i, ?3, ?2, 'openid', '[]', 1, 's' || i, '{}', 1, ?2 || ?3 || 'c' || i, 'u', 1, 9, 1, 9 FROM n`,
  )
    .bind(rows, userId, clientId)
    .run()
}

const left = (column: 'user_id' | 'client_id', id: string) =>
  DB.prepare(`SELECT count(*) AS n FROM authorizations WHERE ${column} = ?`).bind(id).first<number>('n')
const isThere = async (table: string, id: string) =>
  (await DB.prepare(`SELECT 1 AS n FROM ${table} WHERE id = ?`).bind(id).first('n')) === 1

/** The most rows that one statement changed. */
function watching() {
  const most = { changes: 0 }
  const db = new Proxy(DB, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property !== 'batch') return value.bind(target)
      return async (statements: D1PreparedStatement[]) => {
        const results = await target.batch(statements)
        for (const { meta } of results) most.changes = Math.max(most.changes, meta.changes)
        return results
      }
    },
  })
  return { db, most }
}

describe('an application with very many authorizations', () => {
  it('is deleted in bounded parts, at the second try where one is not enough, and counted', async () => {
    const { db, most } = watching()
    // The free plan allows one request to delete some ten thousand.
    const server = startServer({ bindings: { DB: db } })
    const owner = await addUser(`owner${people++}`)
    const visitor = await addUser(`visitor${people++}`)
    const { client } = await addClient(owner)
    await insertMany(25_000, visitor.id, client.id)
    const browser = await server.signedIn(owner)
    const path = `/o/applications/${client.id}/delete`
    let tries = 0
    for (let done = false; !done && tries < 9; tries++) {
      const page = await (await browser.get(path)).submit({})
      done = page.status === 303
      if (!done) {
        expect([page.status, page.text.includes('Send this again to continue')]).toEqual([400, true])
        const stopped = await DB.prepare('SELECT suspended_at FROM clients WHERE id = ?')
          .bind(client.id)
          .first('suspended_at')
        expect(stopped).not.toBeNull()
      }
    }
    expect(tries).toBeGreaterThan(1)
    expect([await isThere('clients', client.id), await left('client_id', client.id)]).toEqual([false, 0])
    expect(most.changes).toBeLessThan(3000)
    const noted = await DB.prepare(
      `SELECT sum(substr(detail, instr(detail, ': ') + 2)) AS n FROM audit_events WHERE type = 'authorizations_issued' AND client_id = ?`,
    )
      .bind(client.id)
      .first<number>('n')
    expect(noted).toBeGreaterThanOrEqual(24_000)
  })

  it('is deleted the same way with every batch executed twice', async () => {
    const server = startServer({ bindings: { DB: everyBatchTwice() } })
    const owner = await addUser(`owner${people++}`)
    const { client } = await addClient(owner)
    await insertMany(3000, owner.id, client.id)
    const browser = await server.signedIn(owner)
    expect((await (await browser.get(`/o/applications/${client.id}/delete`)).submit({})).status).toBe(303)
    expect(await isThere('clients', client.id)).toBe(false)
  })

  it('loses nothing to somebody who may not delete it', async () => {
    const server = startServer()
    const { client } = await addClient(await addUser(`owner${people++}`))
    const visitor = await addUser(`visitor${people++}`)
    await insertMany(1500, visitor.id, client.id)
    const browser = await server.signedIn(visitor)
    const form = (await browser.get('/account/profile')).forms[0]?.fields ?? {}
    expect((await browser.post(`/o/applications/${client.id}/delete`, form)).status).toBe(404)
    expect(await left('client_id', client.id)).toBe(1500)
    const suspended = await DB.prepare('SELECT suspended_at FROM clients WHERE id = ?')
      .bind(client.id)
      .first('suspended_at')
    expect(suspended).toBeNull()
  })
})

describe('a person with very many authorizations', () => {
  it('deletes their account, with those at their applications', async () => {
    const { db, most } = watching()
    const server = startServer({ bindings: { DB: db } })
    const user = await addUser(`user${people++}`)
    const visitor = await addUser(`visitor${people++}`)
    const { client } = await addClient(user)
    await insertMany(5000, user.id, client.id)
    await insertMany(5000, visitor.id, client.id)
    const browser = await server.signedIn(user)
    let tries = 0
    for (let done = false; !done && tries < 9; tries++)
      done = (await (await browser.get('/account/delete')).submit({ password })).status === 303
    expect([await isThere('users', user.id), await isThere('clients', client.id)]).toEqual([false, false])
    expect(await left('client_id', client.id)).toBe(0)
    expect(most.changes).toBeLessThan(3500)
  })

  it('keeps them all when the password is wrong, and for the last administrator', async () => {
    const server = startServer()
    const user = await addUser(`user${people++}`)
    const { client } = await addClient(user)
    await insertMany(1500, user.id, client.id)
    const browser = await server.signedIn(user)
    expect((await (await browser.get('/account/delete')).submit({ password: 'wrong one' })).status).toBe(400)
    expect(await left('user_id', user.id)).toBe(1500)
    const root = await addUser(`root${people++}`, 'administrator')
    await insertMany(1500, root.id, client.id)
    const last = await server.signedIn(root)
    const fields = (await browser.get('/account/delete')).forms.at(-1)?.fields ?? {}
    const own = (await last.get('/account/profile')).forms[0]?.fields ?? {}
    expect((await last.post('/account/delete', { ...fields, ...own, password })).status).toBe(400)
    expect(await left('user_id', root.id)).toBe(1500)
  })

  it('is deleted by an administrator', async () => {
    const server = startServer()
    const root = await server.signedIn(await addUser(`root${people++}`, 'administrator'))
    const user = await addUser(`user${people++}`)
    const { client } = await addClient(user)
    await insertMany(12_500, user.id, client.id)
    let tries = 0
    for (let done = false; !done && tries < 9; tries++)
      done =
        (await (await root.get(`/admin/users/${user.id}/delete`)).submit({ username: user.username }))
          .status === 303
    expect([tries > 1, await isThere('users', user.id)]).toEqual([true, false])
  })

  it('keeps them when the administrator loses the role in the meantime, or deletes themself', async () => {
    const server = startServer()
    const actor = await addUser(`root${people++}`, 'administrator')
    const user = await addUser(`user${people++}`)
    const { client } = await addClient(user)
    await insertMany(1500, user.id, client.id)
    await insertMany(1500, actor.id, client.id)
    const root = await server.signedIn(actor)
    const path = `/admin/users/${user.id}/delete`
    const fields = (await root.get(path)).forms.at(-1)?.fields ?? {}
    const own = `/admin/users/${actor.id}/delete`
    expect((await root.post(own, { ...fields, username: actor.username })).status).toBe(404)
    expect(await left('user_id', actor.id)).toBe(1500)
    const demote = () => DB.prepare(`UPDATE users SET role = 'user' WHERE id = ?`).bind(actor.id).run()
    const racing = carriedTo(startServer({ bindings: { DB: beforeFirstWrite(demote) } }), root)
    expect((await racing.post(path, { ...fields, username: user.username })).status).toBe(404)
    expect(await left('user_id', user.id)).toBe(1500)
  })
})
