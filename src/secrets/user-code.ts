import { userCodeFrom } from '../rules/requests/device.ts'
import type { KeyRing } from '../values/key-ring.ts'
import { mac } from './derived-keys.ts'

/** A new user code (RFC 8628 §6.1), as it is shown. */
export function makeUserCode(): string {
  for (;;) {
    const code = userCodeFrom(crypto.getRandomValues(new Uint8Array(32)))
    if (code !== undefined) return code
  }
}

/** The possible stored hashes of a typed code, one per secret. */
export function hashesOfUserCode(ring: KeyRing, code: string): readonly string[] {
  return ring.map((secret) => hashUserCode(secret, code))
}

/** Keyed, since 34 bits could be brute-forced with a copy of the database. */
export function hashUserCode(secret: string, code: string): string {
  return mac(secret, 'user-codes', code)
}
