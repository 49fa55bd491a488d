import type { KeyRing } from '../values/key-ring.ts'
import { mac, seal, unseal } from './derived-keys.ts'

/** RFC 4226 §4 R6: 160 bits, the length of the HMAC. */
const keyLength = 20

/**
 * The key on a set-up page. It is derived from the random part of the form and the person, so nothing is stored before it is
 * confirmed: an abandoned form leaves nothing behind, and a mistyped code does not change the QR code.
 */
export function setupKey(secret: string, random: string, userId: string): Uint8Array {
  const bits = mac(secret, 'authenticator-setup', JSON.stringify([random, userId]))
  return Buffer.from(bits, 'base64url').subarray(0, keyLength)
}

/** The form stored in D1. It opens for this person only. */
export function sealAuthenticatorKey(secret: string, userId: string, key: Uint8Array): Promise<string> {
  return seal(secret, 'authenticators', userId, Buffer.from(key).toString('base64url'))
}

export async function openAuthenticatorKey(
  ring: KeyRing,
  userId: string,
  sealed: string,
): Promise<Uint8Array> {
  return Buffer.from(await unseal(ring, 'authenticators', userId, sealed), 'base64url')
}
