import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { assertionAlgorithms } from '../rules/clients/credentials.ts'
import { type Refusal, refuse } from '../rules/refusal.ts'
import type { Seconds } from '../values/time.ts'

/** Clocks differ. A minute is too much: it would let an assertion live on. */
const tolerance: Seconds = 10

/** How far ahead an assertion may be dated, so that its `jti` has to be remembered no longer. */
const longestLife: Seconds = 3600

/** An assertion that may be used once. */
export interface ClientAssertion {
  /** SHA-256 of `jti`, base64url: whatever its length. */
  readonly id: string
  readonly expiresAt: Seconds
}

/** RFC 7523 §3: `iss` and `sub` are the client, `aud` is us, `exp` and `jti` are there. */
export async function readClientAssertion(
  assertion: string,
  keys: JWTVerifyGetKey,
  clientId: string,
  audiences: string[],
  now: Seconds,
): Promise<ClientAssertion | Refusal> {
  try {
    const reason = unfitness(assertion, clientId, audiences, now)
    if (reason !== undefined) return failed(reason)
    const { payload } = await jwtVerify(assertion, keys, {
      algorithms: [...assertionAlgorithms],
      issuer: clientId,
      subject: clientId,
      audience: audiences,
      clockTolerance: tolerance,
      currentDate: new Date(now * 1000),
      requiredClaims: ['exp', 'jti'],
    })
    const { jti, exp } = payload
    if (typeof jti !== 'string' || exp === undefined) return failed('jti is not a string')
    if (exp > now + longestLife) return failed('The client assertion lives for too long')
    return { id: createHash('sha256').update(jti).digest('base64url'), expiresAt: exp + tolerance }
  } catch (error) {
    return failed(error instanceof Error ? error.message : 'The client assertion is not valid')
  }
}

/**
 * What can be seen without a key. To find the key we may have to ask the client's server: a stranger who knows the client id
 * alone has to write at least a whole assertion for that. Everything is looked at again once the signature is.
 */
function unfitness(
  assertion: string,
  clientId: string,
  audiences: readonly string[],
  now: Seconds,
): string | undefined {
  const { alg, kid } = decodeProtectedHeader(assertion)
  if (!assertionAlgorithms.some((known) => known === alg)) return 'alg is not one that is accepted'
  if (kid !== undefined && typeof kid !== 'string') return 'kid is not a string'
  const { iss, sub, aud, exp, jti } = decodeJwt(assertion)
  if (iss !== clientId || sub !== clientId) return 'iss and sub must both be the client id'
  const named = typeof aud === 'string' ? [aud] : (aud ?? [])
  if (!audiences.some((audience) => named.includes(audience))) return 'aud does not name this server'
  if (exp === undefined || exp <= now - tolerance) return 'exp is missing or past'
  if (exp > now + longestLife) return 'The client assertion lives for too long'
  return typeof jti === 'string' ? undefined : 'jti is not a string'
}

function failed(reason: string): Refusal {
  return refuse('invalid_client', 'Client authentication failed', reason)
}
