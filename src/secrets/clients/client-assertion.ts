import { hash } from 'node:crypto'
import {
  decodeJwt,
  decodeProtectedHeader,
  type JWTVerifyGetKey,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import type { Seconds } from '../../values/time.ts'

/** Clock skew. A minute is too much: it would extend the life of an assertion. */
const tolerance: Seconds = 10

/** How far in the future `iat` may be. */
const longestLead: Seconds = 60

/** The maximum lifetime of an assertion, which limits how long its `jti` has to be remembered. */
const longestLife: Seconds = 3600

/** A JWT that may be used once: an assertion, or a signed request. */
export interface UsedOnce {
  /** SHA-256 of `jti`, base64url: of fixed length. */
  readonly id: string
  readonly expiresAt: Seconds
}

/** A NumericDate may have a fraction (RFC 7519 §2); a column of whole seconds has none. */
export function usedOnce(name: string, exp: number): UsedOnce {
  return { id: hash('sha256', name, 'base64url'), expiresAt: Math.ceil(exp + tolerance) }
}

/** The assertions that a client may use. */
export interface AcceptedAssertion {
  /** Our issuer, and unless its profile forbids it the URL of our token endpoint. */
  readonly audiences: readonly string[]
  /** Whether one of ours may be in a list with others: for older clients only. */
  readonly mayBeList: boolean
  readonly algorithms: readonly string[]
}

/** RFC 7523 §3: `iss` and `sub` are the client, `aud` is this server, `exp` and `jti` are present. */
export async function readClientAssertion(
  assertion: string,
  keys: JWTVerifyGetKey,
  clientId: string,
  accepted: AcceptedAssertion,
  now: Seconds,
): Promise<UsedOnce | Refusal> {
  try {
    const header = decodeProtectedHeader(assertion)
    // This may be told: everybody can read the algorithms in the metadata, and the registered one is no secret.
    if (!accepted.algorithms.some((known) => known === header.alg))
      return refuse(
        'invalid_client',
        `The client assertion must be signed with ${accepted.algorithms.join(' or ')}`,
      )
    const reason = unfitness(assertion, header, clientId, accepted, now)
    if (reason !== undefined) return failed(reason)
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: [...accepted.algorithms],
      issuer: clientId,
      subject: clientId,
      audience: [...accepted.audiences],
      clockTolerance: tolerance,
      currentDate: new Date(now * 1000),
      requiredClaims: ['exp', 'jti'],
    })
    const { jti, exp } = payload
    if (typeof jti !== 'string' || exp === undefined) return failed('jti is not a string')
    return usedOnce(jti, exp)
  } catch (error) {
    return failed(error instanceof Error ? error.message : 'The client assertion is not valid')
  }
}

/**
 * Checks that need no key. Fetching the key may mean a request to the client's server: a stranger who knows only the client id
 * must at least write a whole assertion. The signature covers exactly the text that is checked here.
 */
function unfitness(
  assertion: string,
  { kid, typ }: ProtectedHeaderParameters,
  clientId: string,
  accepted: AcceptedAssertion,
  now: Seconds,
): string | undefined {
  if (kid !== undefined && typeof kid !== 'string') return 'kid is not a string'
  if (!isAssertionType(typ)) return 'typ names another kind of JWT'
  const { iss, sub, aud, exp, iat = now, jti } = decodeJwt(assertion)
  if (iss !== clientId || sub !== clientId) return 'iss and sub must both be the client id'
  if (!isForUs(aud, accepted)) return 'aud must name this server alone'
  if (typeof exp !== 'number' || exp <= now - tolerance) return 'exp is missing or in the past'
  if (exp > now + longestLife) return 'The client assertion is valid for too long'
  if (typeof iat !== 'number' || iat > now + longestLead) return 'iat is in the future'
  return typeof jti === 'string' ? undefined : 'jti is not a string'
}

/**
 * One audience, not a list: another server of the list could use the assertion here (CVE-2025-27370; the update of RFC 7523
 * requires a single value).
 */
function isForUs(audience: unknown, { audiences, mayBeList }: AcceptedAssertion): boolean {
  if (typeof audience === 'string') return audiences.includes(audience)
  return mayBeList && Array.isArray(audience) && audiences.some((one) => audience.includes(one))
}

/** The type of a client assertion, or no particular one. Never that of an access token or a proof (RFC 8725 §3.11). */
function isAssertionType(typ: unknown): boolean {
  if (typ === undefined) return true
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : ''
  return type === 'jwt' || type === 'client-authentication+jwt'
}

function failed(reason: string): Refusal {
  return refuse('invalid_client', 'Client authentication failed', reason)
}
