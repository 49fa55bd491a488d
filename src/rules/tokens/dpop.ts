import type { Seconds } from '../../values/time.ts'
import { type Refusal, refuse } from '../refusal.ts'

/** What a client may sign its proofs with. Never `none`, never a MAC. RFC 9449 §4.2. */
export const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const

/** How far the clock of a client may be from ours, either way. RFC 9449 §11.1. */
export const proofWindow: Seconds = 60

/** A proof that its sender holds a key, for one request. RFC 9449 §4.2. */
export interface Proof {
  /** Thumbprint of the key (RFC 7638, SHA-256, base64url): what `cnf.jkt` and `dpop_jkt` hold. */
  readonly jkt: string
  /** Hash of the key and `jti`: each counts once. */
  readonly id: string
  readonly expiresAt: Seconds
}

/** The request that a proof has to be for. */
export interface ProvenRequest {
  readonly method: string
  /** Without query and fragment. */
  readonly url: string
  /** The access token that is shown with it. */
  readonly accessToken?: string
}

/** The thumbprint of a key as an authorization request names it. RFC 9449 §10. */
export function parseJkt(value: string | undefined): string | undefined | Refusal {
  if (value === undefined || /^[A-Za-z0-9_-]{43}$/.test(value)) return value
  return refuse('invalid_request', 'dpop_jkt must be the base64url of a SHA-256: 43 characters')
}

/** RFC 9449 §4.3 check 9: as URLs, after normalisation; query and fragment don't count. Both spellings of a path are one here. */
export function isSameUrl(htu: string, url: string): boolean {
  return URL.canParse(htu) && normalised(htu) === normalised(url)
}

function normalised(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname.replace(/\/$/, '')
}

/** What is bound to one key is of no use with another, nor without a proof. RFC 9449 §5, §10. */
export function checkBinding(bound: string | undefined, jkt: string | undefined): Refusal | undefined {
  if (bound === undefined || bound === jkt) return undefined
  return jkt === undefined
    ? refuse('invalid_grant', 'The grant is bound to a key: send a DPoP proof with that key')
    : refuse('invalid_grant', 'The grant is bound to another key than that of the DPoP proof')
}
