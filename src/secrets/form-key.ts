import type { Secret } from '../values/secret.ts'
import type { Seconds } from '../values/time.ts'
import { mac } from './derived-keys.ts'
import { randomText, secretFrom } from './secret.ts'

/**
 * One intention of one person: a form with everything in it. Sent twice (a double click, a reload, a lost answer) it is still
 * one attempt. Everything it creates is derived from it, so the second answer shows the same as the first, and nothing is
 * created twice. Nothing here is stored: the random part is only in the form, the key only on the server.
 */
export interface Attempt {
  /** The id of its audit event, which exists once the attempt took effect. */
  readonly id: string
  /** The id of the event about one of several things that the form names. */
  readonly idFor: (one: string) => string
  readonly newClientId: string
  readonly newSecret: Secret<'client'>
  /** 256 bits, for recovery codes. */
  readonly newSeed: string
  /** The same as `newSeed`, for one of several things that the form names. */
  readonly seedFor: (one: string) => string
  readonly newSession: Secret<'session'>
}

/** The random part, 256 bits. */
export function makeAttempt(): string {
  return randomText(32)
}

const shape = /^[A-Za-z0-9_-]{43}$/

/**
 * Undefined when `random` is not formed as `makeAttempt` makes it. A made-up value is harmless: it belongs to what its sender
 * submits, so it never matches another person's attempt. `intention` is the person, the place and everything that was sent.
 */
export function readAttempt(
  secret: string,
  random: string,
  intention: readonly string[],
): Attempt | undefined {
  return shape.test(random) ? attemptFrom(secret, [random, ...intention]) : undefined
}

/** The same for a form with a random part of its own: the link that was opened, or the visit to a provider. */
export function attemptFrom(secret: string, intention: readonly string[]): Attempt {
  const derive = (what: string) => mac(secret, 'attempt', JSON.stringify([what, ...intention]))
  return {
    id: derive('attempt').slice(0, 22),
    idFor: (one) => derive(`attempt for ${one}`).slice(0, 22),
    // A leading hyphen looks like an option to command lines.
    newClientId: derive('client').slice(0, 16).replace(/^-/, '_'),
    newSecret: secretFrom('client', derive('secret')),
    newSeed: derive('seed'),
    seedFor: (one) => derive(`seed for ${one}`),
    newSession: secretFrom('session', derive('session')),
  }
}

/** Seconds during which a form that is sent again shows its secret again: a double click, or a lost answer. */
const shownAgainFor = 300

/** Whether a value created by a form may still be shown in the answer. */
export function isStillShown(createdAt: Seconds, now: Seconds): boolean {
  return now - createdAt < shownAgainFor
}
