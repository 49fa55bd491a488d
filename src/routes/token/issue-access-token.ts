import type { Context } from '../../http/context.ts'
import type { SigningKeys } from '../../http/signing.ts'
import type { AccessToken } from '../../protocol/access-token.ts'
import { type Client, lifetimesFor } from '../../protocol/client.ts'
import type { Target } from '../../protocol/resource.ts'
import { formatScope } from '../../protocol/scope.ts'
import type { Seconds } from '../../protocol/time.ts'
import { sealAccessToken, signAccessToken } from '../../secrets/access-token.ts'
import { randomText } from '../../secrets/secret.ts'
import type { TokenResponse } from './grant.ts'

/** Whom a token is for. */
export interface Subject {
  readonly subject: string
  readonly authorizationId: string | undefined
  readonly authTime: Seconds | undefined
}

/** Phase 5. The keys are loaded before anything is claimed, so that nothing is spent when they can't be. */
export async function issueAccessToken(
  c: Context,
  keys: SigningKeys,
  client: Client,
  subject: Subject,
  target: Target,
): Promise<TokenResponse> {
  const { issuer, config, now } = c.var
  const lifetime = Math.min(
    lifetimesFor(client.policy, config.lifetimes).accessToken,
    target.lifetime ?? Number.POSITIVE_INFINITY,
  )
  const token: AccessToken = {
    ...subject,
    id: randomText(16),
    issuer,
    audience: target.audience,
    clientId: client.id,
    scope: target.scope,
    issuedAt: now,
    expiresAt: now + lifetime,
  }
  const opaque = client.policy.accessTokenFormat === 'opaque'
  return {
    access_token: opaque
      ? await sealAccessToken(token, config.keyEncryptionSecret)
      : await signAccessToken(token, keys.current),
    token_type: 'Bearer',
    expires_in: lifetime,
    scope: formatScope(target.scope),
  }
}
