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
  /** They came by a provider that can't or does not say it, even when it is asked. */
  readonly isUnsaid: boolean
  readonly hasAuthenticator: boolean
  readonly hasPasskey: boolean
}

/** Whether a sign-in is enough for dangerous actions: recent, and at the highest level of the account. */
export function isProven(session: SignedIn, now: Seconds): boolean {
  return isRecent(session, now) && session.isFresh && !lacksFactor(session)
}

/**
 * Whether the provider of a recent sign-in can never prove it, and the account has nothing else that could: they need a passkey
 * first.
 */
export function lacksProof(session: SignedIn, now: Seconds): boolean {
  return isRecent(session, now) && !session.isFresh && session.isUnsaid && !hasFactor(session)
}

export function isRecent({ authenticatedAt }: Pick<SignedIn, 'authenticatedAt'>, now: Seconds): boolean {
  return now - authenticatedAt <= recent
}

/**
 * Whether the account has a factor that this sign-in did not use. New ways to sign in need the highest level of the account
 * (NIST SP 800-63B-4 §4.1, ASVS 5.0 §7.5.1): otherwise the password alone could add a passkey and reach `acr` 2.
 */
export function lacksFactor(session: Omit<SignedIn, 'authenticatedAt' | 'isFresh' | 'isUnsaid'>): boolean {
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
