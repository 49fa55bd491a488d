import type { PersonProblem } from '../../values/problem.ts'
import { findNameFault } from '../names.ts'
import { type CommonPasswords, isCommonPassword } from '../sign-in/common-passwords.ts'
import { withAsciiDomain } from './domain.ts'

/** The common form of all spellings of a name: unique in the database, and used for lookups. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim()
}

export type Checked<T> = { readonly value: T } | { readonly problem: PersonProblem }

/**
 * Letters and digits of one script, and `._+-`, 1 to 64 characters. No `@`: nobody has proven an address by choosing a
 * username, and applications receive the name (OIDC Core §5.7). Older names that break this rule stay.
 */
export function checkUsername(typed: string): Checked<string> {
  const value = typed.normalize('NFC').trim()
  if (value === '') return { problem: { code: 'usernameMissing' } }
  if ([...value].length > 64) return { problem: { code: 'tooLong', most: 64 } }
  if (value.includes('@')) return { problem: { code: 'usernameAddress' } }
  const found = findNameFault(value)
  if (found?.fault === 'mixed' || found?.fault === 'lookalike') return { problem: { code: 'usernameMixed' } }
  const isWritten = /^[\p{L}\p{M}\p{N}._+-]+$/u.test(value) && /[\p{L}\p{N}]/u.test(value)
  if (found !== undefined || !isWritten) return { problem: { code: 'usernameLetters' } }
  return { value }
}

/** An address, with its domain in ASCII; undefined when none was typed. */
export function checkEmail(typed: string): Checked<string | undefined> {
  const value = typed.trim()
  if (value === '') return { value: undefined }
  if (value.length > 254 || !/^[^\s@<>"(),:;\\\p{Cc}]+@[^\s@<>"(),:;\\\p{Cc}]+$/u.test(value)) {
    return { problem: { code: 'emailForm' } }
  }
  return { value: withAsciiDomain(value) }
}

/**
 * NIST SP 800-63B §3.1.1: length counts, composition rules don't, and the first guesses are refused, including the person's own
 * names. Normalised, so that different keyboards give the same password.
 */
export function checkPassword(
  typed: string,
  common: CommonPasswords,
  ...personal: readonly (string | undefined)[]
): Checked<string> {
  const value = normalisePassword(typed)
  const length = [...value].length
  if (length < 8) return { problem: { code: 'tooShort', least: 8 } }
  if (length > 200) return { problem: { code: 'tooLong', most: 200 } }
  if (isCommonPassword(value, common, personal)) return { problem: { code: 'passwordCommon' } }
  return { value }
}

export function normalisePassword(typed: string): string {
  return typed.normalize('NFKC')
}
