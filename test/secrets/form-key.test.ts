import { expect, it } from 'vitest'
import { makeAttempt, readAttempt } from '../../src/secrets/form-key.ts'
import { makeAuthorizationId } from '../../src/secrets/secret.ts'

it('the id of a new application never looks like a command line option', () => {
  const firsts = new Set<string>()
  for (let i = 0; i < 3000; i++) {
    const id = readAttempt('x'.repeat(32), makeAttempt(), [])?.newClientId ?? '-'
    expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{15}$/)
    firsts.add(id.slice(0, 1))
  }
  expect(firsts.size).toBe(63)
})

it('ids of authorizations are in the order of time, as SQLite compares text', () => {
  const seconds = [
    64 ** 5,
    1_796_000_000,
    1_796_000_001,
    1_796_000_063,
    1_796_000_064,
    1_800_004_096,
    2_500_000_000,
  ]
  const ids = seconds.map((second) => makeAuthorizationId(second))
  // Both compare code units, and all of these are ASCII.
  expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids)
  expect(new Set(ids.map((id) => id.slice(0, 7))).size).toBe(seconds.length)
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/)
})
