import { compactDecrypt, compactVerify, decodeJwt, decodeProtectedHeader, type JWTVerifyGetKey } from 'jose'
import { contentEncryptions } from '../../rules/encryption.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import {
  type AcceptedObject,
  checkEncryption,
  checkObjectClaims,
  checkObjectHeader,
  type DecryptionHint,
} from '../../rules/requests/request-object.ts'
import type { Seconds } from '../../values/time.ts'
import { type UsedOnce, usedOnce } from './client-assertion.ts'

/** The `jti` of a signed request that was checked, to be claimed. CIBA Core §7.1.1: it, `iss` and `iat` are required. */
export function readOnce(jwt: string): UsedOnce | Refusal {
  const { iss, iat, jti, exp } = decodeJwt(jwt)
  return typeof iss === 'string' &&
    typeof iat === 'number' &&
    typeof jti === 'string' &&
    jti !== '' &&
    exp !== undefined
    ? usedOnce(`request ${jti}`, exp)
    : refuse('invalid_request_object', 'The request object is not valid: iss, iat and jti are required')
}

/** The claims of a signed JWT, before its signature was verified. Undefined: it is none. */
export function openRequestObject(jwt: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return decodeJwt(jwt)
  } catch {
    return undefined
  }
}

/** Whether it is a JWE, which has five parts (RFC 7516 §3.1). */
export function isEncrypted(jwt: string): boolean {
  return jwt.split('.').length === 5
}

/** The signed JWT in an encrypted request object (RFC 9101 §6.1). One refusal for every failure: it tells nothing of the key. */
export async function decryptRequestObject(
  jwe: string,
  keysFor: (hint: DecryptionHint) => Promise<readonly CryptoKey[]>,
): Promise<string | Refusal> {
  const hint = checkEncryption(jwe.length, headerOf(jwe))
  if (isRefusal(hint)) return hint
  const options = {
    keyManagementAlgorithms: [hint.alg],
    contentEncryptionAlgorithms: [...contentEncryptions],
  }
  for (const key of await keysFor(hint)) {
    try {
      return new TextDecoder().decode((await compactDecrypt(jwe, key, options)).plaintext)
    } catch {
      // Without `kid`, another key may be the one.
    }
  }
  return refuse('invalid_request_object', 'The request object could not be decrypted')
}

function headerOf(jwe: string): Readonly<Record<string, unknown>> {
  try {
    return decodeProtectedHeader(jwe)
  } catch {
    return {}
  }
}

/**
 * Whether a client signed this request object (RFC 9101 §6.2) and it was valid at `at`. The key is read last: fetching it may
 * mean a request to the client's server. The signature covers exactly the text that was checked before.
 */
export async function checkRequestObject(
  jwt: string,
  keys: JWTVerifyGetKey,
  accepted: AcceptedObject,
  at: Seconds,
): Promise<Refusal | undefined> {
  try {
    const refusal =
      checkObjectHeader(decodeProtectedHeader(jwt), accepted) ??
      checkObjectClaims(decodeJwt(jwt), accepted, at)
    if (refusal !== undefined) return refusal
    await compactVerify(jwt, keys, { algorithms: [...accepted.algorithms] })
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'The request object is not a signed JWT'
    return refuse('invalid_request_object', 'The signature of the request object is not valid', reason)
  }
}
