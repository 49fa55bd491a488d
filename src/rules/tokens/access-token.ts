import type { Seconds } from '../../values/time.ts'
import type { Scope } from '../requests/scope.ts'
import { formatScope } from '../requests/scope.ts'

/** What an access token says, whatever its form. */
export interface AccessToken {
  /** `jti`, 128 random bits. */
  readonly id: string
  readonly issuer: string
  readonly audience: readonly string[]
  /** The user, or the client itself when it acts for nobody else. */
  readonly subject: string
  readonly clientId: string
  /** Undefined for client credentials: there is nothing that a user could end. */
  readonly authorizationId: string | undefined
  readonly scope: Scope
  readonly authTime: Seconds | undefined
  readonly issuedAt: Seconds
  readonly expiresAt: Seconds
}

/** The claims of an access token, RFC 9068 §2.2. `authorization_id` is ours: what to look up to see whether it still lives. */
export function accessTokenClaims(token: AccessToken) {
  return {
    iss: token.issuer,
    aud: token.audience.length === 1 ? token.audience[0] : token.audience,
    sub: token.subject,
    client_id: token.clientId,
    scope: formatScope(token.scope),
    authorization_id: token.authorizationId,
    auth_time: token.authTime,
    jti: token.id,
    iat: token.issuedAt,
    exp: token.expiresAt,
  }
}
