import type { Seconds } from '../../values/time.ts'
import { contentEncryptions, type KeyEncryption, keyEncryptions } from '../encryption.ts'
import { type Refusal, refuse } from '../refusal.ts'

type Claims = Readonly<Record<string, unknown>>

/** The request objects that a server accepts from one client. */
export interface AcceptedObject {
  readonly clientId: string
  readonly issuer: string
  readonly algorithms: readonly string[]
  /** FAPI 2.0 Message Signing §5.3.1: `aud`, `exp` and `nbf` are required, and limited to an hour. */
  readonly isStrict: boolean
}

/** Clock skew, as for client assertions. */
const objectTolerance: Seconds = 10

/** How far in the future `iat` may be. FAPI 2.0 §5.3.2.1. */
const longestLead: Seconds = 60

/** FAPI 2.0 Message Signing §5.3.1. */
const longest: Seconds = 3600

/** The claims of a JWT that are not parameters of the request. RFC 9101 §4. */
const ofTheJwt = ['iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'sub', 'client_id', 'request', 'request_uri']

/** The parameters in a request object, as a query has them. `client_id` is the one beside the object (RFC 9101 §5). */
export function requestPairs(claims: Claims, clientId: string | undefined): URLSearchParams {
  const pairs = new URLSearchParams(clientId === undefined ? {} : { client_id: clientId })
  for (const [name, value] of Object.entries(claims)) {
    if (ofTheJwt.includes(name) || value === undefined || value === null) continue
    const values = name === 'resource' && Array.isArray(value) ? value : [value]
    for (const one of values) pairs.append(name, typeof one === 'object' ? JSON.stringify(one) : String(one))
  }
  return pairs
}

/** RFC 9101 §4, §5, §6.3, §10.8: for this server, of this client, valid at `at`, and no other kind of JWT. */
export function checkObjectClaims(
  { iss, aud, exp, nbf, iat, sub, client_id, request, request_uri }: Claims,
  { clientId, issuer, isStrict }: AcceptedObject,
  at: Seconds,
): Refusal | undefined {
  if (request !== undefined || request_uri !== undefined) return invalid('it contains request or request_uri')
  if (client_id !== undefined && client_id !== clientId)
    return invalid('client_id differs from the one beside it')
  if (iss !== undefined && iss !== clientId) return invalid('iss must be the client id')
  // §10.8: it could be used as a client assertion.
  if (sub === clientId) return invalid('sub must not be the client id')
  const isForUs = aud === issuer || (Array.isArray(aud) && aud.includes(issuer))
  if (!isForUs && (isStrict || aud !== undefined)) return invalid('aud must be the issuer')
  if (!isTime(exp) || !isTime(nbf) || !isTime(iat)) return invalid('exp, nbf and iat must be numbers')
  if (exp !== undefined && exp <= at - objectTolerance) return invalid('it has expired')
  if (nbf !== undefined && nbf > at + objectTolerance) return invalid('nbf is in the future')
  if (iat !== undefined && iat > at + longestLead) return invalid('iat is in the future')
  if (!isStrict) return undefined
  if (exp === undefined || nbf === undefined) return invalid('exp and nbf are required')
  if (nbf < at - longest) return invalid('nbf is more than an hour ago')
  return exp - nbf > longest ? invalid('it is valid for more than an hour') : undefined
}

/** RFC 9101 §10.8: `oauth-authz-req+jwt`, or no particular type. */
export function checkObjectHeader({ alg, typ }: Claims, { algorithms }: AcceptedObject): Refusal | undefined {
  if (typeof alg !== 'string' || !algorithms.includes(alg))
    return invalid(`alg must be one of ${algorithms.join(', ')}`)
  const type =
    typ === undefined
      ? 'jwt'
      : String(typ)
          .toLowerCase()
          .replace(/^application\//, '')
  return type === 'jwt' || type === 'oauth-authz-req+jwt'
    ? undefined
    : invalid('typ names another kind of JWT')
}

/** Limit of an encrypted request object, in characters. A URL is shorter, and so is what it may contain. */
const longestEncrypted = 20_000

/** The key that decrypts a request object. */
export interface DecryptionHint {
  readonly alg: KeyEncryption
  readonly kid: string | undefined
}

/**
 * RFC 9101 §6.1, RFC 7516 §4.1. Compressed content is refused: what it grows to is not known before (RFC 8725 §3.6), and its
 * size tells about it.
 */
export function checkEncryption(length: number, { alg, enc, zip, kid }: Claims): DecryptionHint | Refusal {
  const known = keyEncryptions.find((one) => one === alg)
  if (length > longestEncrypted) return invalid(`it is longer than ${longestEncrypted} characters`)
  if (known === undefined) return invalid(`alg of the encryption must be one of ${keyEncryptions.join(', ')}`)
  if (!contentEncryptions.some((one) => one === enc))
    return invalid(`enc must be one of ${contentEncryptions.join(', ')}`)
  if (zip !== undefined) return invalid('it must not be compressed')
  if (kid !== undefined && typeof kid !== 'string') return invalid('kid must be a string')
  return { alg: known, kid }
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || typeof value === 'number'
}

function invalid(fault: string): Refusal {
  return refuse('invalid_request_object', `The request object is not valid: ${fault}`)
}
