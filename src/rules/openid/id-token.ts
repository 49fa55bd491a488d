import { createHash } from 'node:crypto'
import type { Seconds } from '../../values/time.ts'
import type { SigningAlgorithm } from '../server/signing-keys.ts'

/** Facts about the sign-in behind an authorization, besides its time. */
export interface AuthenticationContext {
  readonly acr: string
  readonly amr: readonly string[]
  /** The session id for clients: never the cookie. */
  readonly sid: string
  /** The provider by which the person came: its issuer, or without one the id of its connection. */
  readonly idp?: string | undefined
}

/** `acr` values: 1, one factor; 2, two factors. */
export const acrValues = ['1', '2'] as const

/** The values that a sign-in reaches, the highest first: two factors when `amr` contains `mfa` (RFC 8176). */
export function reachedAcr(amr: readonly string[]): readonly string[] {
  return amr.includes('mfa') ? ['2', '1'] : ['1']
}

/** `auth_time`: never later than the token, although a session that replaced one of the same second is a second ahead. */
export function authTimeOf(session: { readonly authenticatedAt: Seconds }, now: Seconds): Seconds {
  return Math.min(session.authenticatedAt, now)
}

/** The reported value: the first requested one that was reached (OIDC Core §3.1.2.1 acr_values), or else the highest. */
export function acrOf(amr: readonly string[], wanted: readonly string[]): string {
  const reached = reachedAcr(amr)
  return wanted.find((value) => reached.includes(value)) ?? reached[0] ?? acrValues[0]
}

export interface IdTokenFacts {
  readonly issuer: string
  readonly subject: string
  readonly clientId: string
  readonly authorizationId: string
  readonly authTime: Seconds
  readonly context: AuthenticationContext
  /** From the authorization request; not in a refreshed token (OIDC Core §12.2). */
  readonly nonce: string | undefined
  readonly accessToken: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** OIDC Core §2. Claims about the user come first, so that none can replace ours. */
export function idTokenClaims(facts: IdTokenFacts, alg: SigningAlgorithm, lifetime: Seconds, now: Seconds) {
  return {
    ...facts.claims,
    iss: facts.issuer,
    sub: facts.subject,
    aud: facts.clientId,
    exp: now + lifetime,
    iat: now,
    auth_time: facts.authTime,
    nonce: facts.nonce,
    acr: facts.context.acr,
    amr: facts.context.amr,
    sid: facts.context.sid,
    idp: facts.context.idp,
    // Our own: the row to look up when the token is exchanged (RFC 8693).
    authorization_id: facts.authorizationId,
    at_hash: halfHash(facts.accessToken, alg),
  }
}

/** OIDC Core §3.1.3.6: the left half of the hash of the signing algorithm; SHA-512 for Ed25519. */
export function halfHash(value: string, alg: string): string {
  const bits = /(256|384|512)$/.exec(alg)?.[1] ?? '512'
  const digest = createHash(`sha${bits}`).update(value, 'ascii').digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
