import * as z from 'zod/mini'
import { once } from '../../values/once.ts'
import type { Seconds } from '../../values/time.ts'
import type { Connection } from './connection.ts'
import type { ProviderSignIn } from './proof.ts'
import type { Provided } from './provider-claims.ts'

/**
 * The purpose of a visit to a provider. `sign-in`: also with a new account. `link`: a signed-in person adds the identity. `prove`:
 * a signed-in person proves again that it is them. `test`: an administrator looks at the answer.
 */
export const purposes = ['sign-in', 'link', 'prove', 'test'] as const
export type Purpose = (typeof purposes)[number]

/** Seconds after which the provider's answer comes too late. */
export const attemptLifetime: Seconds = 600

/** One visit to a provider. It lies encrypted in a cookie of the browser that began it: nothing is stored here. */
export interface ProviderAttempt {
  /** The `state` parameter. */
  readonly id: string
  readonly connectionId: string
  readonly purpose: Purpose
  /** The destination after it: our own path, or ''. */
  readonly next: string
  /** OIDC Core §3.1.2.1: the ID token must repeat it. */
  readonly nonce: string
  /** RFC 7636 §4.1. */
  readonly verifier: string
  readonly startedAt: Seconds
  /** The requested `max_age`; undefined: the age of their sign-in there does not matter. */
  readonly maxAge: Seconds | undefined
  /** Whether the provider must ask the person nothing. If it has to, the visit is repeated visibly. */
  readonly isSilent: boolean
  /** The person who was signed in here when it began. */
  readonly userId: string | undefined
  /** Once it came back, and no account here belongs to it: for the page that creates one. */
  readonly arrived: Arrived | undefined
}

/** A person whom a provider named, and who has no account here yet. */
export interface Arrived {
  readonly provided: Provided
  readonly at: ProviderSignIn
  /** The version of the connection that read the answer: its `updatedAt`, which is ahead of the clock after two changes in a second. */
  readonly version: Seconds
}

/**
 * Whether the connection is still the one by which the person arrived. After a change the same subject could mean somebody else: it
 * may be another claim, or a new connection with the id of a deleted one.
 */
export function isArrivalAt({ at, version }: Arrived, { id, updatedAt }: Connection): boolean {
  return at.connectionId === id && version === updatedAt
}

/** The stored form of a sign-in at a provider. */
export const signInShape = once(() =>
  z.object({
    connectionId: z.string(),
    subject: z.string(),
    sid: z.optional(z.string()),
    amr: z.array(z.string()),
    authenticatedAt: z.number(),
    isFresh: z.boolean(),
    isUnsaid: z.boolean(),
    idToken: z.optional(z.string()),
  }),
)

export function readSignIn(stored: z.infer<ReturnType<typeof signInShape>>): ProviderSignIn {
  return { ...stored, sid: stored.sid, idToken: stored.idToken }
}

export function purposeOf(text: string | undefined): Purpose {
  return purposes.find((purpose) => purpose === text) ?? 'sign-in'
}
