import type { Seconds } from '../../values/time.ts'

export interface LogoutFacts {
  readonly issuer: string
  readonly clientId: string
  readonly subject: string
  readonly sid: string
  /** `jti` */
  readonly id: string
}

/** OIDC Back-Channel Logout §2.4. Never has a nonce, so no ID token can pass as a logout token, nor the other way round. */
export function logoutTokenClaims(facts: LogoutFacts, now: Seconds) {
  return {
    iss: facts.issuer,
    aud: facts.clientId,
    sub: facts.subject,
    sid: facts.sid,
    iat: now,
    exp: now + 120,
    jti: facts.id,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  }
}
