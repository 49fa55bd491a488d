import * as z from 'zod/mini'
import {
  type Arrived,
  attemptLifetime,
  type ProviderAttempt,
  purposes,
  readSignIn,
  signInShape,
} from '../../rules/sign-in/provider-attempt.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import { once } from '../../values/once.ts'
import type { Seconds } from '../../values/time.ts'
import { seal, unseal } from '../derived-keys.ts'
import { randomText } from '../secret.ts'

const stored = once(() =>
  z.object({
    id: z.string(),
    connectionId: z.string(),
    purpose: z.enum(purposes),
    next: z.string(),
    nonce: z.string(),
    verifier: z.string(),
    startedAt: z.number(),
    maxAge: z.optional(z.number()),
    isSilent: z.optional(z.boolean()),
    userId: z.optional(z.string()),
    arrived: z.optional(
      z.object({
        at: signInShape(),
        provided: z.object({
          subject: z.string(),
          username: z.optional(z.string()),
          name: z.optional(z.string()),
          email: z.optional(z.string()),
          emailVerified: z.boolean(),
          groups: z.optional(z.array(z.string())),
        }),
        version: z.number(),
      }),
    ),
  }),
)

function readArrived(arrived: NonNullable<z.infer<ReturnType<typeof stored>>['arrived']>): Arrived {
  const { at, provided } = arrived
  const { username, name, email, groups } = provided
  return { ...arrived, at: readSignIn(at), provided: { ...provided, username, name, email, groups } }
}

/** A new one: 128 random bits are its `state`, 256 its verifier (RFC 7636 §7.1). */
export function makeAttemptAt(
  about: Omit<ProviderAttempt, 'id' | 'nonce' | 'verifier' | 'startedAt'>,
  now: Seconds,
): ProviderAttempt {
  return { ...about, id: randomText(16), nonce: randomText(16), verifier: randomText(32), startedAt: now }
}

/** For a cookie: encrypted, and only good for its own `state`. */
export function sealAttempt(secret: string, attempt: ProviderAttempt): Promise<string> {
  return seal(secret, 'provider-attempts', attempt.id, JSON.stringify(attempt))
}

/** Undefined when it is not ours, not for this `state`, or too old. */
export async function openAttempt(
  ring: KeyRing,
  state: string,
  sealed: string,
  now: Seconds,
): Promise<ProviderAttempt | undefined> {
  try {
    const value = stored().parse(JSON.parse(await unseal(ring, 'provider-attempts', state, sealed)))
    const { arrived, maxAge, isSilent = false, userId } = value
    const attempt = { ...value, maxAge, isSilent, userId, arrived: arrived && readArrived(arrived) }
    return attempt.startedAt + attemptLifetime > now ? attempt : undefined
  } catch {
    return undefined
  }
}
