import type { Context } from '../../http/context.ts'
import type { SigningKeys } from '../../http/signing.ts'
import { accessTokenClaims } from '../../protocol/access-token.ts'
import { formatScope, type Scope } from '../../protocol/scope.ts'
import { randomText } from '../../secrets/secret.ts'
import { signJwt } from '../../secrets/signing-key.ts'
import type { TokenResponse } from './grant.ts'

export interface Issued {
  readonly authorizationId: string
  readonly clientId: string
  readonly userId: string
  readonly scope: Scope
  readonly authTime: number
}

/** Phase 5. The keys are loaded before anything is claimed, so that nothing is spent when they can't be. */
export async function issueTokens(
  c: Context,
  keys: SigningKeys,
  issued: Issued,
  refreshToken: string,
): Promise<TokenResponse> {
  const { issuer, config, now } = c.var
  const lifetime = config.lifetimes.accessToken
  const facts = { ...issued, issuer, audience: issuer, subject: issued.userId, id: randomText(16) }
  return {
    access_token: await signJwt(keys.current, 'at+jwt', accessTokenClaims(facts, lifetime, now)),
    token_type: 'Bearer',
    expires_in: lifetime,
    scope: formatScope(issued.scope),
    refresh_token: refreshToken,
  }
}
