import { decodeProtectedHeader, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { type AccessToken, readClaims, requiredOfJwt } from './claims.ts'
import { type Problem, problem } from './problem.ts'
import type { Settings } from './settings.ts'

/**
 * Compact JWS, RFC 7515 §7.1; the signature of an unsecured one is empty. An opaque token may have two dots as well, but no
 * header.
 */
export function isJwt(presented: string): boolean {
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(presented)) return false
  try {
    decodeProtectedHeader(presented)
    return true
  } catch {
    return false
  }
}

/**
 * RFC 9068 §4: type, signature, issuer, audience, expiry.
 *
 * @throws Unavailable when the server's keys can't be fetched.
 */
export async function verifyJwt(
  presented: string,
  key: JWTVerifyGetKey,
  settings: Settings,
): Promise<AccessToken | Problem> {
  const { issuer, audience, typ, algorithms, clockTolerance } = settings
  try {
    const currentDate = new Date(settings.now() * 1000)
    const expected = { issuer, audience, typ, algorithms, clockTolerance, currentDate }
    const { payload } = await jwtVerify(presented, key, expected)
    return readClaims(payload, requiredOfJwt)
  } catch (error) {
    if (error instanceof errors.JOSEError) return problem('invalid_token', describe(error))
    throw error
  }
}

const claimProblems: Readonly<Record<string, string>> = {
  typ: 'The token is not an access token: its typ is different',
  iss: 'The access token was issued by another server',
  aud: 'The access token is for another audience',
  nbf: 'The access token is not valid yet',
}

function describe(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The access token has expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `The access token has no ${error.claim}`
    return claimProblems[error.claim] ?? `The ${error.claim} of the access token is malformed`
  }
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'The signature of the access token is wrong'
  if (error instanceof errors.JWKSNoMatchingKey)
    return 'The access token is not signed by a key of the server'
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return 'The access token does not say which key signed it'
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'The access token is signed by an algorithm that is not accepted here'
  return 'The access token is not a valid JWT'
}
