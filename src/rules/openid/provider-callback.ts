import type { Parameters } from '../parameters.ts'
import type { ProviderMetadata } from '../sign-in/provider-metadata.ts'

/** `silent`: it would have to ask the person, which it was told not to. */
export type CallbackFault = 'invalid' | 'cancelled' | 'busy' | 'refused' | 'silent'

/** Errors of RFC 6749 §4.1.2.1 and OIDC Core §3.1.2.6. Others are refusals without a better word. */
const faults: Readonly<Record<string, CallbackFault>> = {
  access_denied: 'cancelled',
  // Apple's word.
  user_cancelled_authorize: 'cancelled',
  server_error: 'busy',
  temporarily_unavailable: 'busy',
  login_required: 'silent',
  interaction_required: 'silent',
  consent_required: 'silent',
  account_selection_required: 'silent',
}

/**
 * Why an answer signs nobody in; undefined for one with a code. RFC 9207 §2.4: an issuer that it names must be that of the
 * provider, and it must name one where the metadata says so, also in an error.
 */
export function faultOf(
  answer: Parameters,
  metadata: ProviderMetadata | undefined,
): CallbackFault | undefined {
  const iss = answer.get('iss')
  const isOther =
    iss === undefined ? metadata?.answersIssuer === true : metadata !== undefined && iss !== metadata.issuer
  if (isOther) return 'invalid'
  const error = answer.get('error')
  if (error !== undefined) return (Object.hasOwn(faults, error) ? faults[error] : undefined) ?? 'refused'
  return answer.has('code') ? undefined : 'invalid'
}
