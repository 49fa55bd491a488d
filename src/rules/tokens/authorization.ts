import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { AuthenticationContext } from '../openid/id-token.ts'
import type { Sector } from '../openid/subject.ts'
import type { AuthorizationDetail } from '../requests/detail-type.ts'
import type { CodeChallenge } from '../requests/pkce.ts'
import type { Scope } from '../requests/scope.ts'
import type { Confirmation } from './confirmation.ts'

/** The OpenID Connect part of an authorization: how the person signed in, and the individually requested claims. */
export interface OpenidGrant {
  readonly context: AuthenticationContext
  readonly nonce: string | undefined
  /** The sector of the client when it was authorized. Undefined: authorized before sectors were stored. */
  readonly sector: Sector | undefined
  readonly userinfoClaims: readonly string[]
  readonly idTokenClaims: readonly string[]
  /** Whether its first ID token contains claims of the person, by the settings of its client when it was authorized. */
  readonly claimsInIdToken: boolean
}

/** The grant behind a code. The same in KV and in D1; the code is bound to all of it (RFC 6749 §4.1.3). */
export interface CodeGrant {
  readonly authorizationId: string
  readonly clientId: string
  readonly userId: string
  readonly scope: Scope
  /** Identifiers; none means the issuer itself. */
  readonly resources: readonly string[]
  /** RFC 9396. */
  readonly details: readonly AuthorizationDetail[]
  readonly authTime: Seconds
  readonly openid: OpenidGrant
  /** Undefined only for an older OpenID Connect client. */
  readonly codeChallenge: CodeChallenge | undefined
  /** The key that the redeeming client must prove (RFC 9449 §10). */
  readonly dpopJkt: string | undefined
  readonly redirectUri: string
  readonly redirectUriSent: boolean
  readonly codeExpiresAt: Seconds
}

/** The refresh state of an authorization, from its row. */
export interface RefreshFamily {
  readonly authorizationId: string
  readonly clientId: string
  readonly userId: string
  readonly username: string
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly details: readonly AuthorizationDetail[]
  readonly authTime: Seconds
  readonly openid: OpenidGrant
  readonly current: SecretHash<'refresh'>
  readonly previous: SecretHash<'refresh'> | undefined
  /** Derives `current` from the previous secret. */
  readonly salt: string
  readonly markKey: string
  /** The key that the refresh tokens of a public client are bound to (RFC 9449 §5, RFC 8705 §4). */
  readonly confirmation: Confirmation | undefined
  readonly rotatedAt: Seconds
  readonly expiresAt: Seconds
  readonly endedAt: Seconds | undefined
}
