/** OIDC Core §4: the application starts the sign-in, at the issuer in the URL. */
export function signInUrl(initiateLoginUri: string, issuer: string): string {
  const url = new URL(initiateLoginUri)
  url.searchParams.set('iss', issuer)
  return url.href
}
