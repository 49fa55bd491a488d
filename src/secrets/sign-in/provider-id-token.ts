import { decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { assertionAlgorithms } from '../../rules/clients/credentials.ts'
import { halfHash } from '../../rules/openid/id-token.ts'
import type { Seconds } from '../../values/time.ts'

/** The maximum clock skew. */
const tolerance: Seconds = 60

export interface ExpectedIdToken {
  readonly issuer: string
  readonly clientId: string
  readonly nonce: string
  readonly accessToken: string | undefined
}

/** The claims of a valid ID token, or why it is invalid: only for the log. OIDC Core §3.1.3.7. */
export async function openProviderToken(
  presented: string,
  keys: JWTVerifyGetKey,
  { issuer, clientId, nonce, accessToken }: ExpectedIdToken,
  now: Seconds,
): Promise<JWTPayload | string> {
  try {
    const { alg = '' } = decodeProtectedHeader(presented)
    const { payload } = await jwtVerify(presented, keys, {
      algorithms: [...assertionAlgorithms, 'RS384', 'RS512', 'PS384', 'PS512', 'ES384', 'ES512'],
      issuer,
      audience: clientId,
      clockTolerance: tolerance,
      currentDate: new Date(now * 1000),
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    })
    const { azp, at_hash, iat = 0 } = payload
    if (payload.nonce !== nonce) return 'nonce is of another request'
    const isShared = Array.isArray(payload.aud) && payload.aud.length > 1
    if ((isShared || azp !== undefined) && azp !== clientId) return 'azp is another client'
    if (iat > now + tolerance) return 'iat is in the future'
    if (at_hash !== undefined && accessToken !== undefined && at_hash !== halfHash(accessToken, alg))
      return 'at_hash is of another access token'
    return payload
  } catch (error) {
    return error instanceof Error ? error.message : 'It is invalid'
  }
}
