import { compactVerify, decodeJwt, decodeProtectedHeader, type JWTVerifyGetKey } from 'jose'
import { type Refusal, refuse } from '../../rules/refusal.ts'
import {
  type AcceptedObject,
  checkObjectClaims,
  checkObjectHeader,
} from '../../rules/requests/request-object.ts'
import type { Seconds } from '../../values/time.ts'

/** The claims of a signed JWT, before its signature was verified. Undefined: it is none. */
export function openRequestObject(jwt: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return decodeJwt(jwt)
  } catch {
    return undefined
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
