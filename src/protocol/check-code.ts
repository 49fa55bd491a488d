import type { CodeGrant } from './authorization.ts'
import { checkCodeVerifier } from './pkce.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Seconds } from './time.ts'

export interface CodePresentation {
  readonly clientId: string
  readonly redirectUri: string | undefined
  readonly codeVerifier: string | undefined
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6. Everything is checked here, before anything is spent. */
export function checkCode(grant: CodeGrant, presented: CodePresentation, now: Seconds): Refusal | undefined {
  if (grant.clientId !== presented.clientId) {
    return refuse('invalid_grant', 'The code is not valid', 'The code was issued to another client')
  }
  if (grant.redirectUriSent && presented.redirectUri === undefined) {
    return refuse('invalid_grant', 'redirect_uri is missing; it must repeat the one of the authorization request')
  }
  if (presented.redirectUri !== undefined && presented.redirectUri !== grant.redirectUri) {
    return refuse('invalid_grant', 'redirect_uri differs from the one of the authorization request')
  }
  const refusal = checkCodeVerifier(grant.codeChallenge, presented.codeVerifier)
  if (refusal !== undefined) return refusal
  return grant.codeExpiresAt > now ? undefined : refuse('invalid_grant', 'The code has expired; start again')
}
