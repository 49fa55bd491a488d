import { describe, expect, it } from 'vitest'
import { argon2id } from '../../src/secrets/argon2id.ts'
import { type Argon2id, hashPassword, noPassword, verifyPassword } from '../../src/secrets/passwords.ts'

describe('a password', () => {
  it.each(['', 'a', '1234567', 'é'])('of %j is wrong, and not an outage', async (short) => {
    const argon2 = await argon2id()
    expect(verifyPassword(argon2, short, hashPassword(argon2, 'correct horse battery'))).toBe('wrong')
    expect(verifyPassword(argon2, short, undefined)).toBe('wrong')
  })

  it('costs the same when it is wrong, when there is none, and when there is no user', async () => {
    const argon2 = await argon2id()
    const workFor = (stored: string | undefined) => {
      const calls: unknown[] = []
      const watched: Argon2id = (parameters) => {
        const { password, salt, ...cost } = parameters
        calls.push({ ...cost, password: password.length, salt: salt.length })
        return argon2(parameters)
      }
      expect(verifyPassword(watched, 'wrong horse battery', stored)).toBe('wrong')
      return calls
    }
    const wrong = workFor(hashPassword(argon2, 'correct horse battery'))
    expect(wrong).toHaveLength(1)
    expect([workFor(noPassword), workFor(undefined)]).toEqual([wrong, wrong])
    expect(verifyPassword(argon2, noPassword, noPassword)).toBe('wrong')
  })

  it('of eight NUL bytes does not match a password that is too short', async () => {
    const argon2 = await argon2id()
    expect(verifyPassword(argon2, 'short', hashPassword(argon2, '\0'.repeat(8)))).toBe('wrong')
  })

  it('is right, or right with older hash settings', async () => {
    const argon2 = await argon2id()
    const stored = hashPassword(argon2, 'correct horse battery')
    expect(verifyPassword(argon2, 'correct horse battery', stored)).toBe('right')
    expect(verifyPassword(argon2, 'correct horse batterx', stored)).toBe('wrong')
  })
})
