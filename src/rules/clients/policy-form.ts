import { formatDuration } from '../../values/duration.ts'
import { once } from '../../values/once.ts'
import type { Seconds } from '../../values/time.ts'
import { encryptable, encryptables } from '../encryption.ts'
import { formatScope, parseScopeNames, type Scope } from '../requests/scope.ts'
import { checkJwks } from './addresses.ts'
import { type Client, defaultClientOpenid, defaultClientPolicy } from './client.ts'
import { encryptionRows, encryptionTexts } from './parse-encryption.ts'

/**
 * The table of settings: each text of the form, its field, and its type in metadata (RFC 7591 §2), where the field is the name
 * of a member. The form, registration, metadata documents and their answers all read it.
 */
const texts = [
  ['profile', 'profile'],
  ['accessTokenFormat', 'access_token_format'],
  ['accessTokenAlg', 'access_token_signed_response_alg'],
  ['accessTokenLifetime', 'access_token_lifetime'],
  ['refreshTokens', 'refresh_tokens'],
  ['refreshIdleLifetime', 'refresh_idle_lifetime'],
  ['refreshAbsoluteLifetime', 'refresh_absolute_lifetime'],
  ['jwks', 'jwks', 'keys'],
  ['jwksUri', 'jwks_uri', 'text'],
  ['keysUse', 'keys_use'],
  ['assertionAlg', 'token_endpoint_auth_signing_alg', 'text'],
  ['assertionAudience', 'client_assertion_audience'],
  ['signed', 'require_signed_request_object', 'flag'],
  ['requestObjectAlg', 'request_object_signing_alg', 'choice'],
  ['backchannelRequestAlg', 'backchannel_authentication_request_signing_alg', 'text'],
  ['authorizationAlg', 'authorization_signed_response_alg', 'choice'],
  ['introspectionAlg', 'introspection_signed_response_alg', 'choice'],
  ['pushed', 'require_pushed_authorization_requests', 'flag'],
  ['bound', 'dpop_bound_access_tokens', 'flag'],
  ['certificate', 'token_endpoint_auth_method'],
  ['subjectDn', 'tls_client_auth_subject_dn', 'text'],
  ['certificateBound', 'tls_client_certificate_bound_access_tokens', 'flag'],
  ['introspection', 'introspection'],
  ['idTokenAlg', 'id_token_signed_response_alg', 'choice'],
  ['userinfoAlg', 'userinfo_signed_response_alg', 'choice'],
  ...encryptionRows,
  ['claimsInIdToken', 'claims_in_id_token'],
  ['subjectType', 'subject_type', 'choice'],
  ['sectorIdentifier', 'sector_identifier'],
  ['sectorIdentifierUri', 'sector_identifier_uri', 'text'],
  // Whether the hosts of its redirect URIs were reviewed: for a client whose hosts have changed.
  ['sectorHosts', 'sector_hosts'],
  ['backchannelLogoutUri', 'backchannel_logout_uri', 'text'],
  ['frontchannelLogoutUri', 'frontchannel_logout_uri', 'text'],
  ['initiateLoginUri', 'initiate_login_uri', 'text'],
  ['factors', 'factors'],
  ['pkce', 'pkce'],
] as const

export type PolicyText = (typeof texts)[number][0]

/** The field of each text. The texts are those of the table. */
export const fieldOfText = Object.fromEntries(texts) as Readonly<Record<PolicyText, string>>

/** A missing `choice` stays as it is; a missing `text` or `keys` is removed, and a missing `flag` is false. */
export type MemberType = 'text' | 'choice' | 'flag' | 'keys'

/** The settings with a member in metadata. */
export const members = texts.filter(
  (row): row is Extract<(typeof texts)[number], readonly [PolicyText, string, MemberType]> =>
    row.length === 3,
)

/** Settings that only an administrator may change. */
const decided: readonly PolicyText[] = ['sectorHosts', 'sectorIdentifier', 'pkce']

/** The form as submitted. Fields that make no sense for this application are missing and stay unchanged. */
export interface PolicyForm extends Readonly<Record<PolicyText, string>> {
  readonly scope: Scope
  /** Types of authorization details. Decided by an administrator. */
  readonly detailTypes: readonly string[]
}

export type Policy = Pick<Client, 'policy' | 'openid'>

export function policyForm({ policy, openid }: Policy): PolicyForm {
  const duration = (seconds: Seconds | undefined) => (seconds === undefined ? '' : formatDuration(seconds))
  const { keys } = policy
  return {
    scope: policy.scope,
    profile: openid.profile,
    detailTypes: openid.detailTypes,
    accessTokenFormat: policy.accessTokenFormat,
    accessTokenAlg: openid.accessTokenAlg,
    accessTokenLifetime: duration(policy.accessTokenLifetime),
    refreshTokens: openid.refreshTokens ? 'yes' : 'no',
    refreshIdleLifetime: duration(policy.refreshIdleLifetime),
    refreshAbsoluteLifetime: duration(policy.refreshAbsoluteLifetime),
    jwks: keys !== undefined && 'jwks' in keys ? keys.jwks : '',
    jwksUri: keys !== undefined && 'jwksUri' in keys ? keys.jwksUri : '',
    keysUse: openid.keepsSecret ? 'requests' : 'authentication',
    assertionAlg: openid.assertionAlg ?? '',
    assertionAudience: openid.assertionAudienceList ? 'list' : 'one',
    signed: openid.signedOnly ? 'true' : 'false',
    requestObjectAlg: openid.requestObjectAlg ?? 'any',
    backchannelRequestAlg: openid.backchannelRequestAlg ?? '',
    authorizationAlg: openid.authorizationAlg,
    introspectionAlg: openid.introspectionAlg,
    pushed: openid.pushedOnly ? 'true' : 'false',
    bound: openid.dpopBound ? 'true' : 'false',
    certificate: openid.certificate?.method ?? 'no_certificate',
    subjectDn: openid.certificate?.method === 'tls_client_auth' ? openid.certificate.subjectDn : '',
    certificateBound: openid.certificateBound ? 'true' : 'false',
    introspection: policy.introspectsAll ? 'all' : 'own',
    idTokenAlg: openid.idTokenAlg,
    userinfoAlg: openid.userinfoAlg ?? 'json',
    ...encryptionTexts(openid),
    claimsInIdToken: openid.claimsInIdToken ? 'yes' : 'no',
    subjectType: openid.subjectType,
    sectorIdentifier: openid.sectorIdentifier ?? '',
    sectorIdentifierUri: openid.sectorIdentifierUri ?? '',
    sectorHosts: openid.sectorMoved ? 'moved' : 'confirmed',
    backchannelLogoutUri: openid.backchannelLogoutUri ?? '',
    frontchannelLogoutUri: openid.frontchannelLogoutUri ?? '',
    initiateLoginUri: openid.initiateLoginUri ?? '',
    factors: openid.needsTwoFactors ? 'two' : 'one',
    pkce: openid.pkceOptional ? 'optional' : 'required',
  }
}

const unchanged = once(() => policyForm({ policy: defaultClientPolicy, openid: defaultClientOpenid }))

/** Whether one of these fields has another value than that of a new application. */
export function isChanged(form: PolicyForm, names: readonly string[]): boolean {
  return texts.some(([text, field]) => names.includes(field) && form[text] !== unchanged()[text])
}

/** The fields that a URL may contain: not a private key that was pasted in place of a public one. */
export function policyFields(sent: URLSearchParams): readonly string[] {
  const keys = checkJwks(sent.get('jwks') ?? '', () => {})
  const encrypted = encryptables.flatMap((what) => {
    const { alg, enc } = encryptable[what]
    return sent.get(alg) ? [alg, enc] : []
  })
  return [...fields, ...encrypted, ...(keys === undefined ? [] : ['jwks'])]
}

/**
 * A field that says: answers without an encryption field of their own are not encrypted. For most applications it replaces all of
 * those fields, so that a policy fits into a URL.
 */
const encryptionMark = 'encryption'
const encryptionTextNames: readonly string[] = encryptionRows.map(([text]) => text)

const fields: readonly string[] = [
  'scope',
  'authorization_details_types',
  encryptionMark,
  ...texts
    .filter(([text]) => text !== 'jwks' && !encryptionTextNames.includes(text))
    .map(([, field]) => field),
]

/** Limit of the types of authorization details of one client. */
const mostTypes = 50

/** A form in the fields that it is read from. */
export function writePolicyForm(form: PolicyForm): URLSearchParams {
  return new URLSearchParams([
    ['scope', formatScope(form.scope)],
    ...form.detailTypes.map((type) => ['authorization_details_types', type]),
    [encryptionMark, 'form'],
    ...texts
      .filter(([text]) => form[text] !== '' || !encryptionTextNames.includes(text))
      .map(([text, field]) => [field, form[text]]),
  ])
}

/**
 * The submitted values over the current ones; `decides`: by an administrator. Scopes come one per checkbox, or several
 * separated by spaces.
 */
export function readPolicyForm(pairs: URLSearchParams, client: Client, decides: boolean): PolicyForm {
  const before = policyForm(client)
  const read: Record<PolicyText, string> = { ...before }
  if (pairs.has(encryptionMark)) for (const [text] of encryptionRows) read[text] = ''
  for (const [text, field] of texts) {
    if (decides || !decided.includes(text)) read[text] = pairs.get(field) ?? read[text]
  }
  // A form always sends a value for the content: without encryption it means nothing.
  for (const what of encryptables) {
    if (read[`${what}KeyEncryption`] === '') read[`${what}ContentEncryption`] = ''
  }
  const types = pairs.getAll('authorization_details_types').filter((type) => type !== '')
  const detailTypes = decides ? types.slice(0, mostTypes) : before.detailTypes
  return { ...read, detailTypes, scope: parseScopeNames(pairs.getAll('scope').join(' ')) }
}
