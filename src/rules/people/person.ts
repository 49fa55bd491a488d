import type { PersonProblem } from '../../values/problem.ts'
import { findNameFault } from '../names.ts'
import { isCommonPassword } from '../sign-in/common-passwords.ts'

/** What two spellings of one name have in common: what is stored unique and looked up. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim()
}

export type Checked<T> = { readonly value: T } | { readonly problem: PersonProblem }

/**
 * Letters and digits of one script, and `._+-`, 1 to 64 characters. No `@`: whoever chooses a username has not shown yet that an
 * address is theirs, and applications are told the name (OIDC Core §5.7). Names from before this rule stay.
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

export function checkEmail(typed: string): Checked<string | undefined> {
  const value = typed.trim()
  if (value === '') return { value: undefined }
  if (value.length > 254 || !/^[^\s@<>"(),:;\\\p{Cc}]+@[^\s@<>"(),:;\\\p{Cc}]+$/u.test(value)) {
    return { problem: { code: 'emailForm' } }
  }
  return { value }
}

/**
 * NIST SP 800-63B §3.1.1: length counts, composition rules don't, and what is guessed first is refused, which includes the
 * names of the person. Normalised, so that two keyboards type the same.
 */
export function checkPassword(typed: string, ...personal: readonly (string | undefined)[]): Checked<string> {
  const value = normalisePassword(typed)
  const length = [...value].length
  if (length < 8) return { problem: { code: 'tooShort', least: 8 } }
  if (length > 200) return { problem: { code: 'tooLong', most: 200 } }
  if (isCommonPassword(value, personal)) return { problem: { code: 'passwordCommon' } }
  return { value }
}

export function normalisePassword(typed: string): string {
  return typed.normalize('NFKC')
}
