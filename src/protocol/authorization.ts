import type { CodeChallenge } from './pkce.ts'
import type { Scope } from './scope.ts'
import type { SecretHash } from './secret.ts'
import type { Seconds } from './time.ts'

/** What the code stands for. The same in KV and in D1; bound to all of it (RFC 6749 §4.1.3). */
export interface CodeGrant {
  readonly authorizationId: string
  readonly clientId: string
  readonly userId: string
  readonly scope: Scope
  /** Identifiers; none means the issuer itself. */
  readonly resources: readonly string[]
  readonly authTime: Seconds
  readonly codeChallenge: CodeChallenge
  readonly redirectUri: string
  readonly redirectUriSent: boolean
  readonly codeExpiresAt: Seconds
}

/** The refresh side of an authorization, as its row stands. */
export interface RefreshFamily {
  readonly authorizationId: string
  readonly clientId: string
  readonly userId: string
  readonly username: string
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly authTime: Seconds
  readonly current: SecretHash<'refresh'>
  readonly previous: SecretHash<'refresh'> | undefined
  /** Made `current` from the previous secret. */
  readonly salt: string
  readonly markKey: string
  readonly rotatedAt: Seconds
  readonly expiresAt: Seconds
  readonly endedAt: Seconds | undefined
}
