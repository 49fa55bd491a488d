import type { Seconds } from '../../values/time.ts'
import { reachedAcr } from '../openid/id-token.ts'
import { may, type Role } from '../people/role.ts'

/** The maximum age of a sign-in for dangerous actions, in seconds. */
const recent = 600

export interface SignedIn {
  readonly amr: readonly string[]
  readonly authenticatedAt: Seconds
  /** False when they came by a provider that did not say when they signed in there. */
  readonly isFresh: boolean
  readonly hasAuthenticator: boolean
  readonly hasPasskey: boolean
}

/** Whether a sign-in is enough for dangerous actions: recent, and at the highest level of the account. */
export function isProven(session: SignedIn, now: Seconds): boolean {
  return isRecent(session, now) && session.isFresh && !lacksFactor(session)
}

export function isRecent({ authenticatedAt }: Pick<SignedIn, 'authenticatedAt'>, now: Seconds): boolean {
  return now - authenticatedAt <= recent
}

/**
 * Whether the account has a factor that this sign-in did not use. New ways to sign in need the highest level of the account
 * (NIST SP 800-63B-4 §4.1, ASVS 5.0 §7.5.1): otherwise the password alone could add a passkey and reach `acr` 2.
 */
export function lacksFactor(session: Omit<SignedIn, 'authenticatedAt' | 'isFresh'>): boolean {
  return hasFactor(session) && !hasTwoFactors(session.amr)
}

/** Whether they can sign in with two factors. */
export function hasFactor(session: { readonly hasAuthenticator: boolean; readonly hasPasskey: boolean }) {
  return session.hasAuthenticator || session.hasPasskey
}

export function hasTwoFactors(amr: readonly string[]): boolean {
  return reachedAcr(amr).includes('2')
}

/** Whether the setting SECOND_FACTOR requires two factors of a person. */
export function needsTwoFactors(rule: 'optional' | 'administrators' | 'everyone', role: Role): boolean {
  return rule === 'everyone' || (rule === 'administrators' && may(role, 'see'))
}
