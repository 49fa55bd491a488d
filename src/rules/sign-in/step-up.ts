import type { Seconds } from '../../values/time.ts'
import { reachedAcr } from '../openid/id-token.ts'
import { may, type Role } from '../people/role.ts'

/** For what can do great harm, a sign-in must not be older, in seconds. */
const recent = 600

export interface SignedIn {
  readonly amr: readonly string[]
  readonly authenticatedAt: Seconds
  readonly hasAuthenticator: boolean
  readonly hasPasskey: boolean
}

/** Whether a sign-in is enough for what can do great harm: recent, and at the highest level that the account has. */
export function isProven(session: SignedIn, now: Seconds): boolean {
  return isRecent(session, now) && !lacksFactor(session)
}

export function isRecent({ authenticatedAt }: Pick<SignedIn, 'authenticatedAt'>, now: Seconds): boolean {
  return now - authenticatedAt <= recent
}

/**
 * Whether the account has a factor that this sign-in did not take. Ways to sign in are bound at the highest level that the
 * account has (NIST SP 800-63B-4 §4.1, ASVS 5.0 §7.5.1): otherwise the password alone could add a passkey and reach `acr` 2.
 */
export function lacksFactor(session: Omit<SignedIn, 'authenticatedAt'>): boolean {
  return hasFactor(session) && !hasTwoFactors(session.amr)
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
