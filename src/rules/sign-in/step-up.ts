import type { Seconds } from '../../values/time.ts'
import { reachedAcr } from '../openid/id-token.ts'
import { may, type Role } from '../people/role.ts'

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

/** Whether they can sign in with two factors. */
export function hasFactor(session: { readonly hasAuthenticator: boolean; readonly hasPasskey: boolean }) {
  return session.hasAuthenticator || session.hasPasskey
}

export function hasTwoFactors(amr: readonly string[]): boolean {
  return reachedAcr(amr).includes('2')
}

/** Whether the server wants two factors of somebody, by the setting SECOND_FACTOR. */
export function needsTwoFactors(rule: 'optional' | 'administrators' | 'everyone', role: Role): boolean {
  return rule === 'everyone' || (rule === 'administrators' && may(role, 'see'))
}
