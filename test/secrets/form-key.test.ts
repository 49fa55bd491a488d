import { expect, it } from 'vitest'
import { makeAttempt, readAttempt } from '../../src/secrets/form-key.ts'

it('the id of a new application never looks like a command line option', () => {
  const firsts = new Set<string>()
  for (let i = 0; i < 3000; i++) {
    const id = readAttempt('x'.repeat(32), makeAttempt(), [])?.newClientId ?? '-'
    expect(id).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{21}$/)
    firsts.add(id.slice(0, 1))
  }
  expect(firsts.size).toBe(63)
})
