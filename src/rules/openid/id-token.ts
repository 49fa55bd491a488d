import { createHash } from 'node:crypto'
import type { Seconds } from '../../values/time.ts'
import type { SigningAlgorithm } from '../server/signing-keys.ts'

/** What is known of the sign-in that an authorization rests on, besides its time. */
export interface AuthenticationContext {
  readonly acr: string
  readonly amr: readonly string[]
  /** The session, as clients are told it: never the cookie. */
  readonly sid: string
}

/** `acr` values: 1, one factor; 2, two factors. */
export const acrValues = ['1', '2'] as const

/** Which of them a sign-in reaches, the highest first: two when it took more than one factor (RFC 8176 `mfa`). */
export function reachedAcr(amr: readonly string[]): readonly string[] {
  return amr.includes('mfa') ? ['2', '1'] : ['1']
}

/** The one to tell: the first that was wanted and reached (OIDC Core §3.1.2.1 acr_values), or else the highest. */
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
  /** As it came in the authorization request; not in a refreshed token (OIDC Core §12.2). */
  readonly nonce: string | undefined
  readonly accessToken: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** OIDC Core §2. Claims about the user come first, so that none can take the place of ours. */
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
    // Ours: what to look up when the token is exchanged (RFC 8693).
    authorization_id: facts.authorizationId,
    at_hash: halfHash(facts.accessToken, alg),
  }
}

/** OIDC Core §3.1.3.6: the left half of the hash that the algorithm signs with; SHA-512 for Ed25519. */
function halfHash(value: string, alg: SigningAlgorithm): string {
  const digest = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(value, 'ascii')
    .digest()
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
