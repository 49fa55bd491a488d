import { env } from 'cloudflare:workers'
import { beforeAll, expect, it } from 'vitest'
import { applySchema } from './server.ts'
import { findNumbersInTexts } from './texts-of-numbers.ts'

beforeAll(applySchema)

it('a number or a boolean that is bound as a text is found, and nothing else', async () => {
  const insert = env.DB.prepare(
    `INSERT INTO audit_events (id, at, type, reference, detail) VALUES (?, 1, 'sign_in', 'r', ?)`,
  )
  for (const detail of ['5', 'Mozilla/5.0', '5.05', 'v5.0', '', '2027-01-15: 5'])
    await insert.bind(detail, detail).run()
  expect(await findNumbersInTexts(env.DB)).toEqual([])
  for (const detail of [5, true, -12]) {
    await insert.bind('bad', detail).run()
    expect(await findNumbersInTexts(env.DB)).toEqual(['audit_events.detail'])
    await env.DB.prepare(`DELETE FROM audit_events WHERE id = 'bad'`).run()
  }
})
