import { hash } from 'node:crypto'
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  jwtVerify,
  type ProtectedHeaderParameters,
} from 'jose'
import { toVerify } from '../../rules/clients/jwks.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import {
  isSameUrl,
  type Proof,
  type ProvenRequest,
  proofAlgorithms,
  proofWindow,
} from '../../rules/tokens/dpop.ts'
import { SizedMap } from '../../values/sized-map.ts'
import type { Seconds } from '../../values/time.ts'

/** The content of a proof; the caller checks whether it has one of our nonces. */
export interface ReadProof extends Proof {
  readonly nonce: string | undefined
}

/** RFC 9449 §4.3, all checks except those of the nonce and of the single use of `jti`. */
export async function readProof(
  proof: string,
  { method, url, accessToken }: ProvenRequest,
  now: Seconds,
): Promise<ReadProof | Refusal> {
  try {
    const header = proof.slice(0, proof.indexOf('.'))
    const known = keys.get(header)
    const sender = known ?? (await keyIn(proof))
    if (isRefusal(sender)) return sender
    const { payload, protectedHeader } = await jwtVerify(proof, sender.key, {
      typ: 'dpop+jwt',
      algorithms: [...proofAlgorithms],
      currentDate: new Date(now * 1000),
      clockTolerance: proofWindow,
    })
    if (known === undefined) keys.set(header, sender, header.length)
    const { jti, htm, htu, iat, ath, nonce } = payload
    if (typeof jti !== 'string' || jti === '') return failed('jti is missing')
    if (htm !== method) return failed('htm does not match the method of the request')
    if (typeof htu !== 'string' || !isSameUrl(htu, url))
      return failed('htu does not match the URL of the request')
    if (typeof iat !== 'number' || Math.abs(now - iat) > proofWindow)
      return failed('iat is not the current time')
    if (accessToken !== undefined && ath !== hashOf(accessToken))
      return failed('ath does not match the access token')
    if (nonce !== undefined && typeof nonce !== 'string') return failed('nonce is not a string')
    const { jkt } = sender
    return {
      jkt,
      alg: protectedHeader.alg,
      id: hashOf(`dpop.${jkt}.${jti}`),
      expiresAt: Math.ceil(iat) + proofWindow + 1,
      nonce,
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'The proof is not a signed JWT'
    return failed('it must be a JWT of type dpop+jwt, signed now with the key in its header', reason)
  }
}

/** The key in the header of a proof. */
interface SenderKey {
  readonly key: CryptoKey | Uint8Array
  readonly jkt: string
}

/**
 * The keys that have signed a valid proof, by the header, which a client repeats in each of its proofs. Limited by the characters
 * of these headers.
 */
const keys = new SizedMap<SenderKey>(100_000)

async function keyIn(proof: string): Promise<SenderKey | Refusal> {
  const header = decodeProtectedHeader(proof)
  const jwk = publicKeyIn(header)
  if (isRefusal(jwk)) return jwk
  return { key: await importJWK(jwk, header.alg), jkt: await calculateJwkThumbprint(jwk, 'sha256') }
}

/** Check 7: the key in the header is public. A symmetric one has no public half. */
function publicKeyIn({ jwk }: ProtectedHeaderParameters): JWK | Refusal {
  if (typeof jwk !== 'object' || jwk === null) return failed('jwk is missing')
  const isPrivate = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth', 'priv'].some((member) => member in jwk)
  return isPrivate ? failed('jwk contains a private key') : toVerify({ ...jwk })
}

function hashOf(text: string): string {
  return hash('sha256', text, 'base64url')
}

function failed(fault: string, reason: string = fault): Refusal {
  return refuse('invalid_dpop_proof', `The DPoP proof is not valid: ${fault}`, reason)
}
