import { createHash } from 'node:crypto'
import { recoveryCodeCount, recoveryCodeFrom } from '../rules/sign-in/recovery-code.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { mac } from './derived-keys.ts'

/** Ten codes from 256 bits that were made elsewhere: a form that is sent twice makes the same ones. */
export function recoveryCodesFrom(seed: string): readonly string[] {
  return Array.from({ length: recoveryCodeCount }, (_, i) =>
    recoveryCodeFrom(createHash('sha256').update(`${seed}.${i}`).digest()),
  )
}

/** Of one that was typed: as it is kept, under whichever of the secrets. */
export function hashesOfRecoveryCode(ring: KeyRing, userId: string, code: string): readonly string[] {
  return ring.map((secret) => hashRecoveryCode(secret, userId, code))
}

/** Fifty bits could be tried one by one by whoever has the database, so the hash is keyed: they lack the key. */
export function hashRecoveryCode(secret: string, userId: string, code: string): string {
  return mac(secret, 'recovery-codes', JSON.stringify([userId, code]))
}
