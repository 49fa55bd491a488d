import type { Paths } from '../../paths.ts'
import type { Language } from '../../values/language.ts'
import { assertionAlgorithms } from '../clients/credentials.ts'
import { authMethodsOf } from '../clients/metadata.ts'
import { contentEncryptions, encryptables, encryptionName, keyEncryptions } from '../encryption.ts'
import { acrValues } from '../openid/id-token.ts'
import { userClaims } from '../openid/user-claims.ts'
import type { ProfileRules } from '../profile.ts'
import { prompts } from '../requests/prompt.ts'
import { responseModes } from '../requests/response-mode.ts'
import { scopeOfNewClient } from '../requests/scope.ts'
import { identityAssertionProfile, identityAssertionType } from '../tokens/assertion.ts'
import { proofAlgorithms } from '../tokens/dpop.ts'
import { signingAlgorithms } from './signing-keys.ts'

/** The features of this server. */
export interface Offers {
  /** From the grants table. */
  readonly grantTypes: readonly string[]
  /** The registered types of authorization details. */
  readonly detailTypes: readonly string[]
  readonly languages: readonly Language[]
  /** Whether clients may register themselves. */
  readonly registration: boolean
  /** Whether every authorization request must be pushed (RFC 9126 §5). */
  readonly pushedOnly: boolean
  /** The host where the edge asks for client certificates. RFC 8705 §5. */
  readonly mtlsHost: string | undefined
  /** The rules for every client. */
  readonly rules: ProfileRules
  /** Whether a client may be named by the URL of its metadata document. */
  readonly documents: boolean
}

/**
 * Authorization server metadata: RFC 8414 §2, and the additions of OpenID Connect (Discovery §3, the three Logout
 * specifications). One document for both well-known URLs, since a client may read either. An empty list is left out (RFC 8414
 * §3.2, Discovery §4.2).
 */
export function serverMetadata(
  issuer: string,
  paths: Paths,
  offers: Offers,
): Readonly<Record<string, unknown>> {
  const members = Object.entries(everyMember(issuer, paths, offers))
  return Object.fromEntries(members.filter(([, value]) => !Array.isArray(value) || value.length > 0))
}

function everyMember(issuer: string, paths: Paths, offers: Offers) {
  const { grantTypes, languages, registration, documents, rules, mtlsHost } = offers
  const pushedOnly = offers.pushedOnly || rules.pushedOnly
  const methods = authMethodsOf(mtlsHost !== undefined).filter((method) =>
    rules.authentication.includes(method),
  )
  const allowed = <A extends string>(algorithms: readonly A[]) =>
    algorithms.filter((alg) => rules.algorithms.includes(alg))
  const authenticated = methods.filter((method) => method !== 'none')
  return {
    issuer,
    authorization_endpoint: issuer + paths.authorize,
    token_endpoint: issuer + paths.token,
    jwks_uri: issuer + paths.jwks,
    // RFC 8414 §2 lets a server omit scopes: those of APIs are for clients that know the API.
    scopes_supported: scopeOfNewClient,
    response_types_supported: ['code'],
    response_modes_supported: responseModes.filter((mode) => !rules.signedAnswers || mode.endsWith('jwt')),
    grant_types_supported: grantTypes,
    // draft-ietf-oauth-identity-assertion-authz-grant-03 §7: issued, and accepted.
    identity_chaining_requested_token_types_supported: [identityAssertionType],
    authorization_grant_profiles_supported: [identityAssertionProfile],
    token_endpoint_auth_methods_supported: methods,
    token_endpoint_auth_signing_alg_values_supported: allowed(assertionAlgorithms),
    revocation_endpoint: issuer + paths.revoke,
    revocation_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_signing_alg_values_supported: allowed(assertionAlgorithms),
    // draft-ietf-oauth-client-id-metadata-document-03 §6.
    ...(documents ? { client_id_metadata_document_supported: true } : {}),
    ...(registration ? { registration_endpoint: issuer + paths.register } : {}),
    device_authorization_endpoint: issuer + paths.deviceAuthorization,
    backchannel_authentication_endpoint: issuer + paths.backchannelAuthentication,
    // OpenID Connect CIBA Core §4.
    backchannel_token_delivery_modes_supported: ['poll'],
    backchannel_authentication_request_signing_alg_values_supported: allowed(assertionAlgorithms),
    pushed_authorization_request_endpoint: issuer + paths.pushedRequests,
    ...(pushedOnly ? { require_pushed_authorization_requests: true } : {}),
    dpop_signing_alg_values_supported: allowed(proofAlgorithms),
    ...(mtlsHost === undefined ? {} : certificateMembers(`https://${mtlsHost}`, paths)),
    introspection_endpoint: issuer + paths.introspect,
    introspection_endpoint_auth_methods_supported: authenticated,
    introspection_endpoint_auth_signing_alg_values_supported: allowed(assertionAlgorithms),
    code_challenge_methods_supported: ['S256'],
    // RFC 9207 §3: every response names its issuer.
    authorization_response_iss_parameter_supported: true,
    userinfo_endpoint: issuer + paths.userinfo,
    end_session_endpoint: issuer + paths.endSession,
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: allowed(signingAlgorithms),
    userinfo_signing_alg_values_supported: allowed(signingAlgorithms),
    claim_types_supported: ['normal'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'acr',
      'amr',
      'sid',
      'idp',
      ...userClaims,
    ],
    claims_parameter_supported: true,
    // RFC 9396 §10.
    authorization_details_types_supported: offers.detailTypes,
    // RFC 9101: by value, and pushed.
    request_parameter_supported: true,
    request_object_signing_alg_values_supported: allowed(assertionAlgorithms),
    // JARM §4, RFC 9701 §7.
    authorization_signing_alg_values_supported: allowed(signingAlgorithms),
    introspection_signing_alg_values_supported: allowed(signingAlgorithms),
    // OIDC Discovery §3, JARM §4, RFC 9701 §7.
    ...Object.fromEntries(
      encryptables.flatMap((what) => {
        const named = `${encryptionName(what)}_encryption_`
        return [
          [`${named}alg_values_supported`, keyEncryptions],
          [`${named}enc_values_supported`, contentEncryptions],
        ]
      }),
    ),
    ...(rules.signedRequests ? { require_signed_request_object: true } : {}),
    // The default is true (Discovery §3).
    request_uri_parameter_supported: false,
    acr_values_supported: acrValues,
    prompt_values_supported: prompts,
    display_values_supported: ['page', 'popup', 'touch'],
    ui_locales_supported: languages,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  }
}

/** RFC 8705 §3.3, §5: the endpoints that ask for a certificate, on their own host. */
function certificateMembers(origin: string, paths: Paths) {
  return {
    tls_client_certificate_bound_access_tokens: true,
    mtls_endpoint_aliases: {
      token_endpoint: origin + paths.token,
      revocation_endpoint: origin + paths.revoke,
      introspection_endpoint: origin + paths.introspect,
      device_authorization_endpoint: origin + paths.deviceAuthorization,
      backchannel_authentication_endpoint: origin + paths.backchannelAuthentication,
      pushed_authorization_request_endpoint: origin + paths.pushedRequests,
      userinfo_endpoint: origin + paths.userinfo,
    },
  }
}
