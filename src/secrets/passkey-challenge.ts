import type { KeyRing } from '../values/key-ring.ts'
import type { Seconds } from '../values/time.ts'
import { isMacOf, mac } from './derived-keys.ts'
import { randomText } from './secret.ts'

/** The lifetime of a challenge, in seconds. */
const lifetime = 300

/** Random, signed, and for one purpose in one browser: nothing has to be stored for a visitor who leaves. */
export function makeChallenge(secret: string, purpose: readonly string[], now: Seconds): string {
  const text = `${randomText(16)}.${now}`
  return `${text}.${mac(secret, 'passkey-challenges', signed(purpose, text))}`
}

export interface Challenge {
  /** Used to claim it: it can be answered once. */
  readonly id: string
  readonly expiresAt: Seconds
}

/** Undefined when we did not make it for this purpose, or too long ago. */
export function readChallenge(
  ring: KeyRing,
  purpose: readonly string[],
  challenge: string,
  now: Seconds,
): Challenge | undefined {
  const [, text, id, time, signature] =
    /^(([A-Za-z0-9_-]{22})\.([0-9]{1,12}))\.([A-Za-z0-9_-]{43})$/.exec(challenge) ?? []
  if (text === undefined || id === undefined || signature === undefined) return undefined
  if (!isMacOf(ring, 'passkey-challenges', signed(purpose, text), signature)) return undefined
  const expiresAt = Number(time) + lifetime
  return expiresAt > now ? { id, expiresAt } : undefined
}

function signed(purpose: readonly string[], text: string): string {
  return JSON.stringify([text, ...purpose])
}
