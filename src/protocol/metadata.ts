import { clientAuthenticationMethods } from './client-credentials.ts'
import { scopeDescriptions } from './scope.ts'

/** Authorization server metadata, RFC 8414 §2. `grantTypes` comes from the grants table. */
export function serverMetadata(
  issuer: string,
  paths: { readonly authorize: string; readonly token: string; readonly jwks: string },
  grantTypes: readonly string[],
) {
  return {
    issuer,
    authorization_endpoint: issuer + paths.authorize,
    token_endpoint: issuer + paths.token,
    jwks_uri: issuer + paths.jwks,
    scopes_supported: Object.keys(scopeDescriptions),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: clientAuthenticationMethods,
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 §3: every response names its issuer.
    authorization_response_iss_parameter_supported: true,
  }
}
