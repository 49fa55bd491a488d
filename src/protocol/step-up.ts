import { reachedAcr } from './id-token.ts'
import type { Seconds } from './time.ts'

/** For what can do great harm, a sign-in must not be older, in seconds. */
const recent = 600

export interface SignedIn {
  readonly amr: readonly string[]
  readonly authenticatedAt: Seconds
  readonly hasAuthenticator: boolean
}

/** Whether a sign-in is enough for what can do great harm: not old, and with the second factor of whoever has one. */
export function isProven(session: SignedIn, now: Seconds): boolean {
  return now - session.authenticatedAt <= recent && !lacksFactor(session)
}

/**
 * Signed in before the authenticator app was set up somewhere else. A passkey is no second factor of a password: it is another
 * way in, so that whoever has one on another device can still add one on this.
 */
export function lacksFactor({ amr, hasAuthenticator }: SignedIn): boolean {
  return hasAuthenticator && !hasTwoFactors(amr)
}

export function hasTwoFactors(amr: readonly string[]): boolean {
  return reachedAcr(amr).includes('2')
}
