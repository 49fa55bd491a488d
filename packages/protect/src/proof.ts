import { calculateJwkThumbprint, decodeProtectedHeader, errors, importJWK, type JWK, jwtVerify } from 'jose'
import type { Asked } from './credentials.ts'
import { digest } from './digest.ts'
import { checkNonce } from './nonce.ts'
import { type Problem, problem } from './problem.ts'
import type { Settings } from './settings.ts'
import { Unavailable } from './unavailable.ts'

/** Seconds that the clocks of a client and of this API may differ, RFC 9449 §11.1. */
const window = 60

/** A proof of possession that belongs to this request and this token. */
export interface Proof {
  /** SHA-256 thumbprint of its key, RFC 7638. */
  readonly jkt: string
  readonly jti: string
  /** Unix seconds: afterwards it is refused for its age. */
  readonly expiresAt: number
}

/** RFC 9449 §4.3, all checks except whether it was used before: `claimProof`. */
export async function readProof(asked: Asked, token: string, settings: Settings): Promise<Proof | Problem> {
  const { proof, method, url } = asked
  const { now, proofAlgorithms } = settings
  if (proof === undefined) return failed('the DPoP header is missing')
  try {
    const jwk = publicKeyIn(proof)
    if (jwk === undefined) return failed('its header has no public key in jwk')
    const { payload } = await jwtVerify(proof, ({ alg }) => importJWK(jwk, alg), {
      typ: 'dpop+jwt',
      algorithms: proofAlgorithms,
      clockTolerance: window,
      currentDate: new Date(now() * 1000),
    })
    const { jti, htm, htu, iat, ath, nonce } = payload
    if (typeof jti !== 'string' || jti === '') return failed('jti is missing')
    if (htm !== method) return failed('htm is not the method of the request')
    if (typeof htu !== 'string' || !isSameUrl(htu, publicUrlOf(url, settings)))
      return failed('htu is not the URL of the request')
    if (typeof iat !== 'number' || Math.abs(now() - iat) > window)
      return failed('iat is not the current time')
    if (ath !== (await digest(token))) return failed('ath is not the hash of the access token')
    const refused = await checkNonce(nonce, settings)
    if (refused !== undefined) return refused
    const jkt = await calculateJwkThumbprint(jwk, 'sha256')
    return { jkt, jti, expiresAt: Math.ceil(iat) + window + 1 }
  } catch (error) {
    // Web Crypto and jose throw these for a key or a text that they can't read.
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
      return failed('it must be a JWT of type dpop+jwt, signed with the key in its header')
    throw error
  }
}

/**
 * RFC 9449 §11.1: a proof works once, where the API keeps used ones.
 *
 * @throws Unavailable when they can't be looked up.
 */
export async function claimProof(
  { jkt, jti, expiresAt }: Proof,
  { isFirstUse }: Settings,
): Promise<Problem | undefined> {
  if (isFirstUse === undefined) return undefined
  // Bounded in length, whatever a client chose as jti.
  const id = await digest(`${jkt}.${jti}`)
  try {
    return (await isFirstUse(id, expiresAt)) === true ? undefined : failed('it was used before')
  } catch (cause) {
    throw new Unavailable(`isFirstUse failed: ${cause}`, { cause })
  }
}

function failed(fault: string): Problem {
  return problem('invalid_dpop_proof', `The DPoP proof is not valid: ${fault}`)
}

/** Check 7: a key in the header without its private half. A symmetric one has no public half. */
function publicKeyIn(proof: string): JWK | undefined {
  const { jwk } = decodeProtectedHeader(proof)
  if (typeof jwk !== 'object' || jwk === null || 'd' in jwk || 'k' in jwk || 'priv' in jwk) return undefined
  // Web Crypto imports no key with uses that another algorithm has, which RFC 7517 §4.3 only advises against.
  return jwk.key_ops?.includes?.('verify') ? { ...jwk, key_ops: ['verify'] } : jwk
}

/** The URL of a request as its client knows it. */
function publicUrlOf(url: string, { publicUrl }: Settings): string {
  if (publicUrl === undefined) return url
  return publicUrl.replace(/\/$/, '') + url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
}

/** Check 9: compared as URLs (RFC 3986 §6.2.2, §6.2.3), without query and fragment. */
function isSameUrl(htu: string, url: string): boolean {
  return URL.canParse(htu) && URL.canParse(url) && normalised(htu) === normalised(url)
}

function normalised(text: string): string {
  const url = new URL(text)
  url.search = url.hash = ''
  return url.href.replaceAll(/%[0-9a-f]{2}/gi, (written) => {
    const character = String.fromCharCode(Number.parseInt(written.slice(1), 16))
    return /[\w.~-]/.test(character) ? character : written.toUpperCase()
  })
}
