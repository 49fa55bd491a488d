import { timingSafeEqual } from 'node:crypto'
import type { computeHash } from 'argon2id'
import { normalisePassword } from '../rules/people/person.ts'
import { checkImported, nobodysOf, readImported } from './imported-passwords.ts'

export type Argon2id = computeHash

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane. */
const cost = { memorySize: 19_456, passes: 2, parallelism: 1 }

const { memorySize, passes, parallelism } = cost

/** The beginning of the PHC string of a hash with the current settings. */
export const currentCost = `$argon2id$v=19$m=${memorySize},t=${passes},p=${parallelism}$`

/** A PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export function hashPassword(argon2id: Argon2id, password: string): string {
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const hash = argon2id({ password: bytesOf(password), salt, tagLength: 32, ...cost })
  return `${currentCost}${encode(salt)}$${encode(hash)}`
}

export type PasswordVerdict = 'wrong' | 'right' | 'right-but-rehash'

const phc = /^\$argon2id\$v=19\$m=([0-9]+),t=([0-9]+),p=([0-9]+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Stored in place of a hash when there is no password: no input matches it. */
export const noPassword = ''

/**
 * For an unknown user pass `undefined`: the same work is done, and the answer is 'wrong', as for a user without a password.
 * `importedKinds`: kinds of hashes from other servers that are still stored. Each call does the work of every kind once, and that of
 * our own once, so its time doesn't depend on the user's hash.
 */
export function verifyPassword(
  argon2id: Argon2id,
  password: string,
  stored: string | undefined,
  importedKinds: readonly string[] = [],
): PasswordVerdict {
  const imported = stored === undefined ? undefined : readImported(stored)
  for (const kind of importedKinds) {
    if (kind !== imported?.kind) checkImported(argon2id, password, nobodysOf(kind))
  }
  if (imported === undefined) return verifyOwn(argon2id, password, stored)
  const isRight = checkImported(argon2id, password, imported)
  verifyOwn(argon2id, password, undefined)
  return isRight ? 'right-but-rehash' : 'wrong'
}

function verifyOwn(argon2id: Argon2id, password: string, stored: string | undefined): PasswordVerdict {
  const hasNone = stored === undefined || stored === noPassword
  const [, memory, passes, lanes, salt, hash] = phc.exec(hasNone ? nobody : stored) ?? []
  if (salt === undefined || hash === undefined) throw new Error('A stored password hash is not a PHC string')
  const expected = Buffer.from(hash, 'base64')
  const params = { memorySize: Number(memory), passes: Number(passes), parallelism: Number(lanes) }
  const actual = argon2id({
    password: bytesOf(password),
    salt: Buffer.from(salt, 'base64'),
    tagLength: expected.length,
    ...params,
  })
  if (hasNone || !timingSafeEqual(actual, expected)) return 'wrong'
  const current =
    params.memorySize === cost.memorySize &&
    params.passes === cost.passes &&
    params.parallelism === cost.parallelism
  return current ? 'right' : 'right-but-rehash'
}

const fewestBytes = 8

/** Costs the same as a real one. */
const nobody = `${currentCost}${'A'.repeat(22)}$${'A'.repeat(43)}`

/**
 * argon2id throws for fewer than eight bytes. Nobody can choose such a password, but one from another server may be that short:
 * it is padded with a byte that no text contains.
 */
function bytesOf(password: string): Uint8Array {
  const bytes = new TextEncoder().encode(normalisePassword(password))
  if (bytes.length >= fewestBytes) return bytes
  const filled = new Uint8Array(fewestBytes).fill(0xff)
  filled.set(bytes)
  return filled
}

/** PHC strings use base64 without padding. */
function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '')
}
