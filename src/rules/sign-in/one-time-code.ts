import { createHmac } from 'node:crypto'
import { isEqual } from '../../values/equal.ts'
import type { Seconds } from '../../values/time.ts'

/** The lifetime of a code, in seconds. RFC 6238 §4.1; every authenticator app assumes it. */
const stepLength = 30

/** RFC 4226 §5.3: six digits of an HMAC-SHA-1 over the counter. Apps support SHA-1; as an HMAC it is secure. */
export function oneTimeCode(key: Uint8Array, counter: number, digits = 6): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const digest = createHmac('sha1', key).update(message).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** RFC 6238 §4.2: the counter of a time. */
export function stepAt(time: Seconds): number {
  return Math.floor(time / stepLength)
}

/**
 * The step of a typed code: this one, the one before or the one after, for clock skew (RFC 6238 §5.2). The database decides
 * whether it was used before.
 */
export function matchOneTimeCode(key: Uint8Array, typed: string, now: Seconds): number | undefined {
  const code = typed.replaceAll(/\s/g, '')
  const current = stepAt(now)
  return [current, current - 1, current + 1].find((step) => {
    return isEqual(code, oneTimeCode(key, step))
  })
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 §6, without padding: the form in which a key is typed into an app. */
export function base32(bytes: Uint8Array): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return bits.replaceAll(/.{1,5}/g, (five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)] ?? '')
}

/** The content of the QR code: the Key URI format of authenticator apps. It contains the account twice, as Google recommends. */
export function keyUri(issuer: string, account: string, key: Uint8Array): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`
  return `otpauth://totp/${label}?secret=${base32(key)}&issuer=${encodeURIComponent(issuer)}`
}
