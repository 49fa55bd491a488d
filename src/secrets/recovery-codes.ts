import { createHash } from 'node:crypto'
import { recoveryCodeCount, recoveryCodeFrom } from '../rules/sign-in/recovery-code.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { mac } from './derived-keys.ts'

/** Ten codes from the 256 bits of a form: the same form sent twice gives the same codes. */
export function recoveryCodesFrom(seed: string): readonly string[] {
  return Array.from({ length: recoveryCodeCount }, (_, i) =>
    recoveryCodeFrom(createHash('sha256').update(`${seed}.${i}`).digest()),
  )
}

/** The possible stored hashes of a typed code, one per secret. */
export function hashesOfRecoveryCode(ring: KeyRing, userId: string, code: string): readonly string[] {
  return ring.map((secret) => hashRecoveryCode(secret, userId, code))
}

/** Fifty bits could be brute-forced with a copy of the database, so the hash is keyed, and the key is not in it. */
export function hashRecoveryCode(secret: string, userId: string, code: string): string {
  return mac(secret, 'recovery-codes', JSON.stringify([userId, code]))
}
