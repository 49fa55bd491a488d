import type { Paths } from '../paths.ts'
import { assertionAlgorithms, clientAuthenticationMethods } from './client-credentials.ts'
import { defaultScope } from './scope.ts'

/** Authorization server metadata, RFC 8414 §2. `grantTypes` comes from the grants table. */
export function serverMetadata(
  issuer: string,
  paths: Pick<Paths, 'authorize' | 'token' | 'jwks' | 'revoke' | 'introspect'>,
  grantTypes: readonly string[],
) {
  return {
    issuer,
    authorization_endpoint: issuer + paths.authorize,
    token_endpoint: issuer + paths.token,
    jwks_uri: issuer + paths.jwks,
    // RFC 8414 §2 lets a server keep others to itself: those of APIs are for who knows the API.
    scopes_supported: defaultScope,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: clientAuthenticationMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint: issuer + paths.revoke,
    revocation_endpoint_auth_methods_supported: clientAuthenticationMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint: issuer + paths.introspect,
    introspection_endpoint_auth_methods_supported: clientAuthenticationMethods.filter(
      (method) => method !== 'none',
    ),
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 §3: every response names its issuer.
    authorization_response_iss_parameter_supported: true,
  }
}
