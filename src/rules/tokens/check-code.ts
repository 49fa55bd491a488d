import { type Refusal, refuse } from '../refusal.ts'
import { checkCodeVerifier } from '../requests/pkce.ts'
import type { CodeGrant } from './authorization.ts'

export interface CodePresentation {
  readonly clientId: string
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
}

/**
 * RFC 6749 §4.1.3, RFC 7636 §4.6. Every error in the request is found here, before the code is used up. The claim decides
 * whether the code was used or has expired: a replay must be noticed even after expiry.
 */
export function checkCode(grant: CodeGrant, presented: CodePresentation): Refusal | undefined {
  if (grant.clientId !== presented.clientId) {
    return refuse('invalid_grant', 'The code is not valid', 'The code was issued to another client')
  }
  if (grant.redirectUriSent && presented.redirectUri === undefined) {
    return refuse('invalid_grant', 'redirect_uri is missing; repeat the value of the authorization request')
  }
  if (presented.redirectUri !== undefined && presented.redirectUri !== grant.redirectUri) {
    return refuse('invalid_grant', 'redirect_uri differs from the one of the authorization request')
  }
  return checkCodeVerifier(grant.codeChallenge, presented.codeVerifier)
}
