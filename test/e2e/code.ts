/** RFC 7636 appendix B. */
export const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const codeChallenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

/** The path of an authorization request of a public application. */
export function authorizePath(clientId: string, redirectUri: string, state = 'state-1'): string {
  const request = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'read',
    state,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  })
  return `/o/authorize?${request}`
}
