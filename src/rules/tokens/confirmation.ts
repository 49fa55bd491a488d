import { type Refusal, refuse } from '../refusal.ts'

/** The claim `cnf` (RFC 7800): the key of a DPoP proof (RFC 9449 §6.1) or of a TLS certificate (RFC 8705 §3.1) that a token is bound to. */
export type Confirmation = { readonly jkt: string } | { readonly 'x5t#S256': string }

/** The thumbprint of the key of a DPoP proof; undefined for a certificate. */
export function jktOf(confirmation: Confirmation | undefined): string | undefined {
  return confirmation !== undefined && 'jkt' in confirmation ? confirmation.jkt : undefined
}

/** The thumbprint of a certificate; undefined for the key of a proof. */
export function x5tOf(confirmation: Confirmation | undefined): string | undefined {
  return confirmation !== undefined && 'x5t#S256' in confirmation ? confirmation['x5t#S256'] : undefined
}

/** From a row or a claim, which has one of the two or none. */
export function confirmationOf(jkt: string | undefined, x5t: string | undefined): Confirmation | undefined {
  if (jkt !== undefined) return { jkt }
  return x5t === undefined ? undefined : { 'x5t#S256': x5t }
}

/** A code or token that is bound to one key works neither with another key nor without one. RFC 9449 §5, §10, RFC 8705 §4. */
export function checkBinding(
  bound: Confirmation | undefined,
  proven: Confirmation | undefined,
): Refusal | undefined {
  if (bound === undefined) return undefined
  if (jktOf(bound) === jktOf(proven) && x5tOf(bound) === x5tOf(proven)) return undefined
  if ('jkt' in bound)
    return jktOf(proven) === undefined
      ? refuse('invalid_grant', 'The grant is bound to a key: send a DPoP proof with that key')
      : refuse('invalid_grant', 'The grant is bound to a different key than the DPoP proof')
  return refuse('invalid_grant', 'The grant is bound to a client certificate: send the request with it')
}
