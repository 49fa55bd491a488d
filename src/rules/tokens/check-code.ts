import { type Refusal, refuse } from '../refusal.ts'
import { checkCodeVerifier } from '../requests/pkce.ts'
import type { CodeGrant } from './authorization.ts'

export interface CodePresentation {
  readonly clientId: string
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
}

/**
 * RFC 6749 §4.1.3, RFC 7636 §4.6. Everything that can be wrong about the request is checked here, before anything is spent.
 * Whether the code is used or expired is for the claim to say: a replay must be seen also after the code has expired.
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
