import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { type Confirmation, checkBinding, x5tOf } from '../../rules/tokens/confirmation.ts'
import type { Use } from '../../store/sign-in/used-challenges.ts'
import { presentedCertificate } from '../clients/certificate.ts'
import type { Context } from '../context.ts'
import { presentedProof, useOf } from './dpop.ts'

/** Undefined: the sender proved none. Then the token is a bearer token. */
export interface ProvenKey {
  readonly confirmation: Confirmation | undefined
  /** The algorithm of the proof; undefined without one. */
  readonly alg: string | undefined
  /** The proof is not claimed yet. Undefined: there is none. */
  readonly use: Use | undefined
}

/**
 * The sender's proven key, if any, which must be that of `bound`: the key of a DPoP proof, or of the certificate for a client
 * whose tokens are bound to it. The proof still has to be claimed, after every other check, so that strangers store nothing.
 */
export async function provenKey(
  c: Context,
  { openid }: Pick<Client, 'openid'>,
  bound: Confirmation | undefined,
): Promise<ProvenKey | Refusal> {
  const proof = await presentedProof(c)
  if (isRefusal(proof)) return proof
  if (openid.certificateBound || x5tOf(bound) !== undefined) {
    if (proof !== undefined)
      return refuse(
        'invalid_request',
        'The tokens of this application are bound to its certificate: send no DPoP proof',
      )
    return provenCertificate(c, bound)
  }
  const confirmation = proof && { jkt: proof.jkt }
  return checkBinding(bound, confirmation) ?? { confirmation, alg: proof?.alg, use: proof && useOf(c, proof) }
}

/** RFC 8705 §3: the certificate of this connection. */
function provenCertificate(c: Context, bound: Confirmation | undefined): ProvenKey | Refusal {
  const certificate = presentedCertificate(c)
  const confirmation = certificate && { 'x5t#S256': certificate.thumbprint }
  const refusal = checkBinding(bound, confirmation)
  if (refusal !== undefined) return refusal
  return confirmation === undefined
    ? refuse(
        'invalid_request',
        `This application must present its client certificate (RFC 8705)${whereTo(c)}`,
      )
    : { confirmation, alg: undefined, use: undefined }
}

/** Only the second host asks for certificates. */
function whereTo({ var: { config } }: Context): string {
  return config.mtlsHost === undefined ? '' : `, at https://${config.mtlsHost}`
}
