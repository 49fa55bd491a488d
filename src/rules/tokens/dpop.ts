import type { Seconds } from '../../values/time.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** Algorithms for proofs. Never `none`, never a MAC. RFC 9449 §4.2. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const

/** The maximum clock skew of a client, either way. RFC 9449 §11.1. */
export const proofWindow: Seconds = 60

/** A proof of possession of a key, for one request. RFC 9449 §4.2. */
export interface Proof {
  /** Thumbprint of the key (RFC 7638, SHA-256, base64url): the value of `cnf.jkt` and `dpop_jkt`. */
  readonly jkt: string
  readonly alg: string
  /** Hash of the key and `jti`: each works once. */
  readonly id: string
  readonly expiresAt: Seconds
}

/** The request that a proof must match. */
export interface ProvenRequest {
  readonly method: string
  /** Its query and fragment are ignored. */
  readonly url: string
  /** The access token sent with it. */
  readonly accessToken?: string
}

/** The thumbprint of a key in an authorization request. RFC 9449 §10. */
export function parseJkt(value: string | undefined): string | undefined | Refusal {
  if (value === undefined || /^[A-Za-z0-9_-]{43}$/.test(value)) return value
  return refuse('invalid_request', 'dpop_jkt must be the base64url of a SHA-256: 43 characters')
}

/** RFC 9449 §4.3 check 9: as URLs, after normalisation; query and fragment are ignored. Both spellings of a path are equal here. */
export function isSameUrl(htu: string, url: string): boolean {
  return htu === url || (URL.canParse(htu) && normalised(htu) === normalised(url))
}

function normalised(text: string): string {
  const url = new URL(text)
  url.search = url.hash = ''
  return url.href.replace(/\/$/, '')
}

/** Whether a profile allows the algorithm of a proof. */
export function checkProofAlgorithm(
  alg: string | undefined,
  algorithms: readonly string[],
): Refusal | undefined {
  return alg === undefined || algorithms.includes(alg)
    ? undefined
    : refuse('invalid_dpop_proof', `The profile of this application does not allow proofs signed with ${alg}`)
}
