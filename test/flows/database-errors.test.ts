import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { carriedTo } from '../applications.ts'
import type { Browser } from '../browser.ts'
import { addUser, applySchema, startServer } from '../server.ts'

let ada: Browser

beforeAll(async () => {
  await applySchema()
  ada = await startServer().signedIn(await addUser('ada'))
})

/** A database that fails with this error for the first `times` batches. */
function failing(message: string, times: number) {
  const asked = { batches: 0 }
  const db = new Proxy(env.DB, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function') return value
      if (property !== 'batch') return value.bind(target)
      return (statements: D1PreparedStatement[]) => {
        asked.batches += 1
        return asked.batches <= times ? Promise.reject(new Error(message)) : target.batch(statements)
      }
    },
  })
  return { asked, server: startServer({ bindings: { DB: db } }) }
}

const lost = [
  'D1_ERROR: Network connection lost.',
  'D1_ERROR: Internal error in D1 DB storage caused object to be reset.',
  'D1_ERROR: D1 DB reset because its code was updated.',
  'D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.',
  'D1_ERROR: The client disconnected.',
]
const refused: readonly (readonly [string, string])[] = [
  ['D1_ERROR: D1 DB is overloaded. Requests queued for too long.', '5'],
  ['D1_ERROR: D1 DB is overloaded. Too many requests queued.', '5'],
  ['D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.', '5'],
  ['D1_ERROR: D1 DB exceeded its CPU time limit and was reset.', '5'],
  ['D1_ERROR: D1 DB exceeded its memory limit and was reset.', '5'],
  ['D1_ERROR: UNIQUE constraint failed: users.id: SQLITE_CONSTRAINT', '1'],
  ['D1_ERROR: Exceeded maximum DB size.', '1'],
  ['an unknown error', '1'],
]

describe('a database error', () => {
  it.each(lost)('that may have lost the answer is followed by one more attempt: %s', async (message) => {
    const once = failing(message, 1)
    expect((await carriedTo(once.server, ada).get('/account')).status).toBe(200)
    expect(once.asked.batches).toBe(2)
    const always = failing(message, 9)
    expect((await carriedTo(always.server, ada).get('/account')).status).toBe(503)
    expect(always.asked.batches).toBe(2)
  })

  it.each(refused)(
    'of another kind is asked once, and the answer says when to come back: %s',
    async (message, after) => {
      const page = failing(message, 9)
      const shown = await carriedTo(page.server, ada).get('/account')
      expect([shown.status, shown.headers.get('Retry-After'), page.asked.batches]).toEqual([503, after, 1])
      const token = failing(message, 9)
      const body = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'nobody',
        client_secret: 'lk_x',
      })
      const refusal = await token.server.fetch('/o/token', { method: 'POST', body })
      expect([refusal.status, refusal.headers.get('Retry-After'), token.asked.batches]).toEqual([
        503,
        after,
        1,
      ])
      expect(await refusal.json()).toMatchObject({ error: 'temporarily_unavailable' })
    },
  )
})
