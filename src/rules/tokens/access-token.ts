import type { Seconds } from '../../values/time.ts'
import type { AuthorizationDetail } from '../requests/detail-type.ts'
import type { Scope } from '../requests/scope.ts'
import { formatScope } from '../requests/scope.ts'
import type { Confirmation } from './confirmation.ts'

/** `act`, RFC 8693 §4.1: an application, and those that acted before it. */
export interface Actor {
  readonly sub: string
  readonly act?: Actor | undefined
}

/** The content of an access token, in either format. */
export interface AccessToken {
  /** `jti`, 128 random bits. */
  readonly id: string
  readonly issuer: string
  readonly audience: readonly string[]
  /** The user, or the client itself when it acts for itself. */
  readonly subject: string
  readonly clientId: string
  /** Undefined for client credentials: there is nothing that a user could revoke. */
  readonly authorizationId: string | undefined
  readonly scope: Scope
  /** RFC 9396 §9.1. */
  readonly details?: readonly AuthorizationDetail[] | undefined
  readonly authTime: Seconds | undefined
  /** The strength of that sign-in (RFC 9068 §2.2.1): an API may require a stronger one (RFC 9470). */
  readonly acr: string | undefined
  /** For a token that was exchanged for another API or application: the application that the person authorized. */
  readonly authorizedClientId?: string | undefined
  /** For such a token: the application that acts for the person, and those before it. */
  readonly actor?: Actor | undefined
  /** For an exchanged token: the `jti` of each token in its chain. When one of them is revoked, it is too. */
  readonly madeOf?: readonly string[] | undefined
  /** The key that it is bound to: its bearer must prove possession of the key. */
  readonly confirmation?: Confirmation | undefined
  readonly issuedAt: Seconds
  readonly expiresAt: Seconds
}

/**
 * The claims of an access token, RFC 9068 §2.2. `authorization_id`, `authorized_client_id` and `made_of` are our own: the rows
 * that decide whether it is still valid.
 */
export function accessTokenClaims(token: AccessToken) {
  return {
    iss: token.issuer,
    aud: token.audience.length === 1 ? token.audience[0] : token.audience,
    sub: token.subject,
    client_id: token.clientId,
    scope: formatScope(token.scope),
    authorization_details: token.details,
    authorization_id: token.authorizationId,
    authorized_client_id: token.authorizedClientId,
    act: token.actor,
    made_of: token.madeOf,
    auth_time: token.authTime,
    acr: token.acr,
    cnf: token.confirmation,
    jti: token.id,
    iat: token.issuedAt,
    exp: token.expiresAt,
  }
}
