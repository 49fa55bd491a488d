import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { maintain } from '../src/maintenance.ts'
import { counted } from './faults.ts'
import { codeRequest, introspect, obtainCode, postToken, tokensOf } from './flow.ts'
import { addClient, addUser, applySchema, startedAt, startServer } from './server.ts'

beforeAll(applySchema)

const config = parseConfig({ ...env })
const run = () => maintain(env.DB, config, startedAt)
const count = (table: string) => env.DB.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>('n')

const insertExpired = (rows: number) =>
  env.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO revoked_access_tokens (jti, expires_at) SELECT 'jti' || i, ?2 - i % 1000 FROM n`,
  )
    .bind(rows, startedAt)
    .run()

describe('the scheduled handler', () => {
  it('purges 200,000 expired rows in bounded runs', async () => {
    await insertExpired(200_000)
    const left: (number | null)[] = []
    for (let i = 0; i < 3; i++) {
      await run()
      left.push(await count('revoked_access_tokens'))
    }
    expect(left).toEqual([190_000, 180_000, 170_000])
    for (let i = 0; i < 17; i++) await run()
    expect(await count('revoked_access_tokens')).toBe(0)
  }, 60_000)

  it('can run twice at once, and be stopped in the middle', async () => {
    await insertExpired(5_000)
    const stopping = new Proxy(env.DB, {
      get(target, property) {
        if (property === 'prepare') {
          return (sql: string) => {
            if (sql.includes('used_assertions')) throw new Error('stopped')
            return target.prepare(sql)
          }
        }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await expect(maintain(stopping, config, startedAt)).rejects.toThrow('stopped')
    await Promise.all([run(), run()])
    expect(await count('revoked_access_tokens')).toBe(0)
  })

  it('leaves what lives, and ends nothing', async () => {
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

  it('removes what is dead in every table', async () => {
    const later = startedAt + 400 * 86_400
    await maintain(env.DB, config, later)
    for (const table of ['authorizations', 'sessions', 'sign_in_attempts', 'used_assertions']) {
      expect([table, await count(table)]).toEqual([table, 0])
    }
    expect(await count('users')).toBe(1)
    expect(await count('client_secrets')).toBe(1)
  })

  it('finds the dead by an index', async () => {
    const statements: string[] = []
    const recording = new Proxy(env.DB, {
      get(target, property) {
        if (property === 'prepare') {
          return (sql: string) => {
            statements.push(sql)
            return target.prepare(sql)
          }
        }
        const value: unknown = Reflect.get(target, property)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await maintain(recording, config, startedAt)
    const purges = statements.filter((sql) => sql.startsWith('DELETE'))
    expect(purges.length).toBeGreaterThan(5)
    for (const sql of purges) {
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(1).all<{ detail: string }>()
      expect(
        plan.results
          .filter(({ detail }) => detail.startsWith('SCAN'))
          .map(({ detail }) => `${detail}: ${sql}`),
      ).toEqual([])
    }
  })
})
