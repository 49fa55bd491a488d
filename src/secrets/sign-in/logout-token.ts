import { hash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { assertionAlgorithms } from '../../rules/clients/credentials.ts'
import { type ProviderLogout, readLogoutClaims } from '../../rules/sign-in/provider-logout.ts'
import type { Seconds } from '../../values/time.ts'

/** The maximum clock skew. */
const tolerance: Seconds = 60
/** How long a token may be valid: its id is stored for that long. */
const longestLife: Seconds = 86_400

export interface LogoutToken extends ProviderLogout {
  /** SHA-256 of the issuer and `jti`, base64url: it counts once. */
  readonly once: { readonly id: string; readonly expiresAt: Seconds }
}

/** The provider, and our client id there. */
export interface LogoutSender {
  readonly issuer: string
  readonly clientId: string
}

/**
 * A provider's logout token, OIDC Back-Channel Logout §2.6. A string is the reason why it is invalid, only for the log. `keys` is
 * called last, because it may fetch them.
 */
export async function openLogoutToken(
  presented: string,
  keys: JWTVerifyGetKey,
  { issuer, clientId }: LogoutSender,
  now: Seconds,
): Promise<LogoutToken | string> {
  try {
    const { alg, typ } = decodeProtectedHeader(presented)
    if (!assertionAlgorithms.some((known) => known === alg)) return 'alg is not one that is accepted'
    // §2.4 recommends the type; providers of the first drafts write JWT, or nothing.
    const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : 'jwt'
    if (type !== 'logout+jwt' && type !== 'jwt') return 'typ is of another kind of JWT'
    const unproven = decodeJwt(presented)
    const named = readLogoutClaims(unproven)
    if (typeof named === 'string') return named
    if (unproven.iss !== issuer) return 'iss is another provider'
    if (!(await isGood(presented, keys, { issuer, clientId }, now)))
      return 'It is not valid any more, or not yet'
    const { exp = now } = unproven
    const id = hash('sha256', `logout\n${issuer}\n${named.id}`, 'base64url')
    return { ...named, once: { id, expiresAt: Math.ceil(exp + tolerance) } }
  } catch (error) {
    return error instanceof Error ? error.message : 'It is invalid'
  }
}

/** Throws for an invalid one. */
async function isGood(
  presented: string,
  keys: JWTVerifyGetKey,
  { issuer, clientId }: LogoutSender,
  now: Seconds,
): Promise<boolean> {
  const { payload } = await jwtVerify(presented, keys, {
    algorithms: [...assertionAlgorithms],
    issuer,
    audience: clientId,
    clockTolerance: tolerance,
    currentDate: new Date(now * 1000),
    requiredClaims: ['exp', 'iat', 'jti'],
  })
  const { exp = 0, iat = 0 } = payload
  return iat <= now + tolerance && exp <= now + longestLife
}
