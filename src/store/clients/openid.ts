import * as z from 'zod/mini'
import { type CertificateAuthentication, certificateMethods } from '../../rules/clients/certificate.ts'
import { type ClientOpenid, chosenProfiles, defaultClientOpenid } from '../../rules/clients/client.ts'
import {
  contentEncryptions,
  type Encryptable,
  type Encryption,
  type Encryptions,
  encryptable,
  encryptables,
  keyEncryptions,
} from '../../rules/encryption.ts'
import { signingAlgorithms } from '../../rules/server/signing-keys.ts'
import { once } from '../../values/once.ts'
import { SizedMap } from '../../values/sized-map.ts'

/** Names as in OIDC Dynamic Client Registration §2. A missing member has its default. */
const stored = once(() =>
  z.object({
    profile: z.optional(z.enum(chosenProfiles)),
    id_token_signed_response_alg: z.optional(z.enum(signingAlgorithms)),
    access_token_signed_response_alg: z.optional(z.enum(signingAlgorithms)),
    userinfo_signed_response_alg: z.optional(z.enum(signingAlgorithms)),
    subject_type: z.optional(z.enum(['public', 'pairwise'])),
    sector_identifier: z.optional(z.string()),
    sector_identifier_uri: z.optional(z.string()),
    sector_moved: z.optional(z.boolean()),
    pkce_optional: z.optional(z.boolean()),
    keeps_secret: z.optional(z.boolean()),
    token_endpoint_auth_signing_alg: z.optional(z.string()),
    assertion_audience_list: z.optional(z.boolean()),
    request_object_signing_alg: z.optional(z.string()),
    backchannel_authentication_request_signing_alg: z.optional(z.string()),
    require_signed_request_object: z.optional(z.boolean()),
    authorization_signed_response_alg: z.optional(z.enum(signingAlgorithms)),
    introspection_signed_response_alg: z.optional(z.enum(signingAlgorithms)),
    require_pushed_authorization_requests: z.optional(z.boolean()),
    dpop_bound_access_tokens: z.optional(z.boolean()),
    token_endpoint_auth_method: z.optional(z.enum(certificateMethods)),
    tls_client_auth_subject_dn: z.optional(z.string()),
    tls_client_certificate_bound_access_tokens: z.optional(z.boolean()),
    authorization_details_types: z.optional(z.array(z.string())),
    claims_in_id_token: z.optional(z.boolean()),
    two_factors_required: z.optional(z.boolean()),
    refresh_tokens: z.optional(z.boolean()),
    scope_is_chosen: z.optional(z.boolean()),
    backchannel_logout_uri: z.optional(z.string()),
    frontchannel_logout_uri: z.optional(z.string()),
    initiate_login_uri: z.optional(z.string()),
  }),
)

const encryption = once(() => z.object({ alg: z.enum(keyEncryptions), enc: z.enum(contentEncryptions) }))

export function formatClientOpenid(openid: ClientOpenid): string {
  const value: z.infer<ReturnType<typeof stored>> & Readonly<Record<string, unknown>> = {
    // Most clients have the default, which takes no space.
    profile: otherThan(defaultClientOpenid.profile, openid.profile),
    id_token_signed_response_alg: openid.idTokenAlg,
    access_token_signed_response_alg: openid.accessTokenAlg,
    userinfo_signed_response_alg: openid.userinfoAlg,
    subject_type: openid.subjectType,
    sector_identifier: openid.sectorIdentifier,
    sector_identifier_uri: openid.sectorIdentifierUri,
    sector_moved: openid.sectorMoved,
    pkce_optional: openid.pkceOptional,
    keeps_secret: openid.keepsSecret || undefined,
    token_endpoint_auth_signing_alg: openid.assertionAlg,
    assertion_audience_list: openid.assertionAudienceList,
    request_object_signing_alg: openid.requestObjectAlg,
    backchannel_authentication_request_signing_alg: openid.backchannelRequestAlg,
    require_signed_request_object: openid.signedOnly || undefined,
    authorization_signed_response_alg: otherThan(
      defaultClientOpenid.authorizationAlg,
      openid.authorizationAlg,
    ),
    introspection_signed_response_alg: otherThan(
      defaultClientOpenid.introspectionAlg,
      openid.introspectionAlg,
    ),
    ...formatEncryptions(openid.encryption),
    require_pushed_authorization_requests: openid.pushedOnly,
    dpop_bound_access_tokens: openid.dpopBound,
    ...formatCertificate(openid.certificate),
    tls_client_certificate_bound_access_tokens: openid.certificateBound || undefined,
    authorization_details_types: openid.detailTypes.length === 0 ? undefined : [...openid.detailTypes],
    claims_in_id_token: openid.claimsInIdToken,
    two_factors_required: openid.needsTwoFactors,
    refresh_tokens: openid.refreshTokens,
    scope_is_chosen: openid.scopeIsChosen || undefined,
    backchannel_logout_uri: openid.backchannelLogoutUri,
    frontchannel_logout_uri: openid.frontchannelLogoutUri,
    initiate_login_uri: openid.initiateLoginUri,
  }
  return JSON.stringify(value)
}

function otherThan<T>(usual: T, value: T): T | undefined {
  return value === usual ? undefined : value
}

/** Parsed settings, by their text: most applications have the same one. Limited by the characters of these texts. */
const parsed = new SizedMap<ClientOpenid>(100_000)

export function parseClientOpenid(text: string): ClientOpenid {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const openid = readOpenid(text)
  parsed.set(text, openid, text.length)
  return openid
}

function readOpenid(text: string): ClientOpenid {
  const json = JSON.parse(text)
  const value = stored().parse(json)
  return {
    profile: value.profile ?? defaultClientOpenid.profile,
    idTokenAlg: value.id_token_signed_response_alg ?? defaultClientOpenid.idTokenAlg,
    accessTokenAlg: value.access_token_signed_response_alg ?? defaultClientOpenid.accessTokenAlg,
    userinfoAlg: value.userinfo_signed_response_alg,
    subjectType: value.subject_type ?? defaultClientOpenid.subjectType,
    sectorIdentifier: value.sector_identifier,
    sectorIdentifierUri: value.sector_identifier_uri,
    sectorMoved: value.sector_moved ?? false,
    pkceOptional: value.pkce_optional ?? false,
    keepsSecret: value.keeps_secret ?? false,
    assertionAlg: value.token_endpoint_auth_signing_alg,
    assertionAudienceList: value.assertion_audience_list ?? false,
    requestObjectAlg: value.request_object_signing_alg,
    backchannelRequestAlg: value.backchannel_authentication_request_signing_alg,
    signedOnly: value.require_signed_request_object ?? false,
    authorizationAlg: value.authorization_signed_response_alg ?? defaultClientOpenid.authorizationAlg,
    introspectionAlg: value.introspection_signed_response_alg ?? defaultClientOpenid.introspectionAlg,
    encryption: readEncryptions(json),
    pushedOnly: value.require_pushed_authorization_requests ?? false,
    dpopBound: value.dpop_bound_access_tokens ?? false,
    certificate: readCertificate(value),
    certificateBound: value.tls_client_certificate_bound_access_tokens ?? false,
    detailTypes: value.authorization_details_types ?? [],
    claimsInIdToken: value.claims_in_id_token ?? false,
    needsTwoFactors: value.two_factors_required ?? false,
    refreshTokens: value.refresh_tokens ?? defaultClientOpenid.refreshTokens,
    scopeIsChosen: value.scope_is_chosen ?? false,
    backchannelLogoutUri: value.backchannel_logout_uri,
    frontchannelLogoutUri: value.frontchannel_logout_uri,
    initiateLoginUri: value.initiate_login_uri,
  }
}

function formatEncryptions(encryptions: Encryptions): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    encryptables.flatMap((what) => [
      [encryptable[what].alg, encryptions[what]?.alg],
      [encryptable[what].enc, encryptions[what]?.enc],
    ]),
  )
}

/** Throws for an unknown algorithm: nothing may go out unencrypted instead. */
function readEncryptions(json: Readonly<Record<string, unknown>>): Encryptions {
  const found: Partial<Record<Encryptable, Encryption>> = {}
  for (const what of encryptables) {
    const { [encryptable[what].alg]: alg, [encryptable[what].enc]: enc } = json
    if (alg !== undefined) found[what] = encryption().parse({ alg, enc })
  }
  return found
}

type StoredCertificate = Pick<
  z.infer<ReturnType<typeof stored>>,
  'token_endpoint_auth_method' | 'tls_client_auth_subject_dn'
>

function formatCertificate(certificate: CertificateAuthentication | undefined): StoredCertificate {
  if (certificate === undefined) return {}
  const { method } = certificate
  return method === 'tls_client_auth'
    ? { token_endpoint_auth_method: method, tls_client_auth_subject_dn: certificate.subjectDn }
    : { token_endpoint_auth_method: method }
}

function readCertificate(value: StoredCertificate): CertificateAuthentication | undefined {
  const { token_endpoint_auth_method: method, tls_client_auth_subject_dn: subjectDn = '' } = value
  return method === 'tls_client_auth' ? { method, subjectDn } : method && { method }
}
