import { thumbprintOf } from './certificate.ts'
import type { AccessToken } from './claims.ts'
import type { Asked, Scheme } from './credentials.ts'
import { type Problem, problem } from './problem.ts'
import { claimProof, readProof } from './proof.ts'
import type { Settings } from './settings.ts'

/** An access token that is valid, as it was sent. */
export interface Sent {
  readonly scheme: Scheme
  readonly text: string
  readonly token: AccessToken
}

/**
 * A token that is bound to a key (RFC 9449 §7) or a certificate (RFC 8705 §3) works only with it: without, it may be a stolen
 * one. The proof is used up last.
 *
 * @throws Unavailable when used proofs can't be looked up.
 */
export async function checkBinding(
  { scheme, text, token }: Sent,
  asked: Asked,
  settings: Settings,
): Promise<Problem | undefined> {
  const { cnf = {} } = token.claims
  const { jkt, 'x5t#S256': x5t, ...others } = cnf
  const checksProofs = settings.proofAlgorithms.length > 0
  if (
    Object.keys(others).length > 0 ||
    (jkt !== undefined && !checksProofs) ||
    (x5t !== undefined && !settings.checksCertificates) ||
    (token.claims.cnf !== undefined && jkt === undefined && x5t === undefined)
  )
    return problem('invalid_token', 'The access token is bound to a key, which this API does not check')
  if (settings.requireBound && jkt === undefined && x5t === undefined)
    return problem('invalid_token', 'This API accepts only access tokens that are bound to a key')
  if (x5t !== undefined) {
    const certificate = await asked.certificate()
    if (certificate === undefined || (await thumbprintOf(certificate)) !== x5t)
      return problem(
        'invalid_token',
        'The access token is bound to another certificate than that of the client',
      )
  }
  if (scheme === 'Bearer')
    return jkt === undefined
      ? undefined
      : problem('invalid_token', 'The access token is bound to a key: send it as DPoP, with a proof')
  if (jkt === undefined)
    return problem('invalid_token', 'The access token is not bound to a key: send it as Bearer')
  const proof = await readProof(asked, text, settings)
  if ('error' in proof) return proof
  if (proof.jkt !== jkt)
    return problem('invalid_token', 'The access token is bound to another key than the DPoP proof')
  return claimProof(proof, settings)
}
