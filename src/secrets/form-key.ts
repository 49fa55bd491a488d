import type { Secret } from '../values/secret.ts'
import type { Seconds } from '../values/time.ts'
import { mac } from './derived-keys.ts'
import { randomText, secretFrom } from './secret.ts'

/**
 * One intention of one person: a form with everything in it. Sent twice (a double click, a reload, an answer that was lost) it
 * is still one attempt. All that is made for it follows from it, so the second answer shows what the first did, and nothing
 * is made twice. Nothing here is stored: the random part is in the form alone, the key on the server alone.
 */
export interface Attempt {
  /** Of its audit event, which is there once the attempt took effect. */
  readonly id: string
  readonly newClientId: string
  readonly newSecret: Secret<'client'>
  /** 256 bits, for recovery codes. */
  readonly newSeed: string
  readonly newSession: Secret<'session'>
}

/** The random part, 256 bits. */
export function makeAttempt(): string {
  return randomText(32)
}

const shape = /^[A-Za-z0-9_-]{43}$/

/**
 * Undefined when `random` is not formed as `makeAttempt` makes it. Somebody may make up their own: it belongs to what they
 * send, so they reach no attempt of anybody else. `intention` is who, where and everything that was sent.
 */
export function readAttempt(
  secret: string,
  random: string,
  intention: readonly string[],
): Attempt | undefined {
  if (!shape.test(random)) return undefined
  const derive = (what: string) => mac(secret, 'attempt', JSON.stringify([what, random, ...intention]))
  return {
    id: derive('attempt').slice(0, 22),
    // A hyphen first is an option to command lines.
    newClientId: derive('client').slice(0, 22).replace(/^-/, '_'),
    newSecret: secretFrom('client', derive('secret')),
    newSeed: derive('seed'),
    newSession: secretFrom('session', derive('session')),
  }
}

/** For so long, in seconds, a form that is sent once more shows its secret once more: a double click, an answer that was lost. */
const shownAgainFor = 300

/** Whether what a form made then may still be shown in the answer to it. */
export function isStillShown(createdAt: Seconds, now: Seconds): boolean {
  return now - createdAt < shownAgainFor
}
