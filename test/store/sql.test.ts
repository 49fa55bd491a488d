import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { raw, sql, statement } from '../../src/store/sql.ts'

describe('the sql tag', () => {
  it('binds each value in place', () => {
    expect(sql`SELECT * FROM users WHERE id = ${'u'} AND created_at > ${5}`).toEqual({
      text: 'SELECT * FROM users WHERE id = ? AND created_at > ?',
      values: ['u', 5],
    })
  })

  it('nests one fragment in another, with values in the order of the question marks', () => {
    const inner = sql`EXISTS (SELECT 1 FROM users a WHERE a.id = ${'actor'})`
    expect(sql`UPDATE ${raw('users')} SET role = ${'user'} WHERE ${inner} AND id = ${'target'}`).toEqual({
      text: 'UPDATE users SET role = ? WHERE EXISTS (SELECT 1 FROM users a WHERE a.id = ?) AND id = ?',
      values: ['user', 'actor', 'target'],
    })
  })

  it('never turns a value into SQL', async () => {
    const hostile = "x' OR 1=1 --"
    const answer = await statement(env.DB, sql`SELECT ${hostile} AS told, ${null} AS empty`).first()
    expect(answer).toEqual({ told: hostile, empty: null })
  })
})
