import { hash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { assertionAlgorithms } from '../rules/clients/credentials.ts'
import type { Seconds } from '../values/time.ts'

/** The maximum clock skew. */
const tolerance: Seconds = 10

/** A JWT of another authorization server with a valid signature. */
export interface ForeignJwt {
  /** In lower case, without `application/`; 'jwt' if missing. */
  readonly typ: string
  readonly claims: Readonly<JWTPayload>
  /** SHA-256 of its issuer and `jti`, base64url; undefined without `jti`. */
  readonly id: string | undefined
  readonly expiresAt: Seconds
}

/** The requirements for such a JWT. */
export interface Expected {
  readonly issuer: string
  /** `aud` must be exactly one of them. */
  readonly audience: readonly string[]
  /** As in `ForeignJwt`. */
  readonly typs: readonly string[]
  /** Limit for its expiry. */
  readonly longestLife: Seconds
}

/** The `iss` of a JWT, unverified; undefined when it is not a JWT. */
export function issuerNamedBy(presented: string): string | undefined {
  try {
    return decodeJwt(presented).iss
  } catch {
    return undefined
  }
}

/** Its content, or why it is invalid: only for the log. RFC 7523 §3, RFC 8725 §3.1, §3.9, §3.11. */
export async function openForeignJwt(
  presented: string,
  keys: JWTVerifyGetKey,
  expected: Expected,
  now: Seconds,
): Promise<ForeignJwt | string> {
  try {
    const { alg, typ } = decodeProtectedHeader(presented)
    if (!assertionAlgorithms.some((known) => known === alg)) return 'alg is not one that is accepted'
    const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : 'jwt'
    if (!expected.typs.includes(type)) return 'typ is of another kind of JWT'
    const { aud, exp } = decodeJwt(presented)
    // One audience: another server of a list could use the JWT here.
    const [only, ...more] = [aud].flat()
    if (only === undefined || more.length > 0 || !expected.audience.includes(only))
      return 'aud does not name this server alone'
    if (typeof exp === 'number' && exp > now + expected.longestLife) return 'It is valid for too long'
    const { payload } = await jwtVerify(presented, keys, {
      algorithms: [...assertionAlgorithms],
      issuer: expected.issuer,
      clockTolerance: tolerance,
      currentDate: new Date(now * 1000),
      requiredClaims: ['exp', 'sub'],
    })
    const { jti, iat = now } = payload
    if (iat > now + 60) return 'iat is in the future'
    const named = `${expected.issuer}\n${jti}`
    const id = typeof jti === 'string' ? hash('sha256', named, 'base64url') : undefined
    return { typ: type, claims: payload, id, expiresAt: Math.ceil((payload.exp ?? now) + tolerance) }
  } catch (error) {
    return error instanceof Error ? error.message : 'It is invalid'
  }
}
