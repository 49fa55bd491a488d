import type { Scope } from './scope.ts'
import { formatScope } from './scope.ts'
import type { Seconds } from './time.ts'

export interface AccessTokenFacts {
  readonly issuer: string
  readonly audience: string
  readonly subject: string
  readonly clientId: string
  readonly authorizationId: string
  readonly scope: Scope
  readonly authTime: Seconds
  /** Unique id, 128 random bits. */
  readonly id: string
}

/** The claims of a JWT access token, RFC 9068 §2.2. `authorization_id` is ours: what to look up to see whether it still lives. */
export function accessTokenClaims(facts: AccessTokenFacts, lifetime: Seconds, now: Seconds) {
  return {
    iss: facts.issuer,
    aud: facts.audience,
    sub: facts.subject,
    client_id: facts.clientId,
    scope: formatScope(facts.scope),
    authorization_id: facts.authorizationId,
    auth_time: facts.authTime,
    jti: facts.id,
    iat: now,
    exp: now + lifetime,
  }
}
