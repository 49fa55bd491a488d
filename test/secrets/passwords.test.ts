import { describe, expect, it } from 'vitest'
import { argon2id } from '../../src/secrets/argon2id.ts'
import { hashPassword, verifyPassword } from '../../src/secrets/passwords.ts'

describe('a password', () => {
  it.each(['', 'a', '1234567', 'é'])('of %j is wrong, and no outage', async (short) => {
    const argon2 = await argon2id()
    expect(verifyPassword(argon2, short, hashPassword(argon2, 'correct horse battery'))).toBe('wrong')
    expect(verifyPassword(argon2, short, undefined)).toBe('wrong')
  })

  it('of nothing but zeros is not what a short one stands for', async () => {
    const argon2 = await argon2id()
    expect(verifyPassword(argon2, 'short', hashPassword(argon2, '\0'.repeat(8)))).toBe('wrong')
  })

  it('is right, or right at another cost', async () => {
    const argon2 = await argon2id()
    const stored = hashPassword(argon2, 'correct horse battery')
    expect(verifyPassword(argon2, 'correct horse battery', stored)).toBe('right')
    expect(verifyPassword(argon2, 'correct horse batterx', stored)).toBe('wrong')
  })
})
