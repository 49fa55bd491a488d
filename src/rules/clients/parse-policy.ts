import { parseDuration } from '../../values/duration.ts'
import type { FieldProblem, NamedProblem } from '../../values/problem.ts'
import type { Seconds } from '../../values/time.ts'
import { callProblem, savedFrameProblem, visitProblem } from '../callable-url.ts'
import { type ProfileFault, type ProfileName, profiles, rulesFor } from '../profile.ts'
import { noteFaults } from '../profile-form.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../server/signing-keys.ts'
import { checkAddress, checkHost, checkJwks, sharesHost } from './addresses.ts'
import { type CertificateAuthentication, parseName } from './certificate.ts'
import { accessTokenFormats, type Client, type ClientKeys, chosenProfiles } from './client.ts'
import { assertionAlgorithms } from './credentials.ts'
import { parseEncryptions } from './parse-encryption.ts'
import type { Policy, PolicyForm } from './policy-form.ts'

const day: Seconds = 86_400
const longest: Seconds = 400 * day

export interface PolicyServer {
  readonly issuer: string
  /** The profile whose rules every client must follow. */
  readonly least: ProfileName
  /** Faults by that profile that an application has already: it keeps its settings, and can change others. */
  readonly tolerated: readonly ProfileFault[]
}

/** Every problem at once, in the order of the fields. The store decides which scopes are allowed. */
export function parsePolicyForm(
  form: PolicyForm,
  client: Client,
  { issuer, least, tolerated }: PolicyServer,
): { readonly policy: Policy } | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = []
  const note = (field: string) => (problem: NamedProblem) => void problems.push({ field, problem })
  const mayBeCalled = (uri: string) => callProblem(uri, issuer)
  const mayBeFramed = (uri: string) => savedFrameProblem(uri, issuer)
  const lifetime = (field: string, typed: string, most: Seconds) => {
    const parsed = parseDuration(typed, 60, most)
    if ('seconds' in parsed) return parsed.seconds
    note(field)(parsed.problem)
    return undefined
  }
  const choice = <T extends string>(field: string, values: readonly T[], typed: string): T | undefined => {
    const found = values.find((value) => value === typed)
    if (found === undefined) note(field)({ code: 'policyChoice' })
    return found
  }
  if (form.scope.length === 0) note('scope')({ code: 'policyScope' })
  const profile = choice('profile', chosenProfiles, form.profile)
  const accessTokenFormat = choice('access_token_format', accessTokenFormats, form.accessTokenFormat)
  const accessTokenAlg = choice('access_token_signed_response_alg', signingAlgorithms, form.accessTokenAlg)
  const accessTokenLifetime = lifetime('access_token_lifetime', form.accessTokenLifetime, 30 * day)
  const refreshTokens = choice('refresh_tokens', ['yes', 'no'], form.refreshTokens)
  const refreshIdleLifetime = lifetime('refresh_idle_lifetime', form.refreshIdleLifetime, longest)
  const refreshAbsoluteLifetime = lifetime('refresh_absolute_lifetime', form.refreshAbsoluteLifetime, longest)
  const keys = client.type === 'confidential' ? parseKeys(form, mayBeCalled, note) : undefined
  const keysUse = choice('keys_use', ['authentication', 'requests'], form.keysUse)
  const assertionAudience = choice('client_assertion_audience', ['one', 'list'], form.assertionAudience)
  const signed = choice('require_signed_request_object', ['false', 'true'], form.signed)
  if (signed === 'true' && keys === undefined)
    note('require_signed_request_object')({ code: 'policyKeysMissing' })
  const requestObjectAlg = choice(
    'request_object_signing_alg',
    ['any', ...assertionAlgorithms],
    form.requestObjectAlg,
  )
  const backchannelRequestAlg = choice(
    'backchannel_authentication_request_signing_alg',
    ['', ...assertionAlgorithms],
    form.backchannelRequestAlg,
  )
  if (form.backchannelRequestAlg !== '' && keys === undefined)
    note('backchannel_authentication_request_signing_alg')({ code: 'policyKeysMissing' })
  const authorizationAlg = choice(
    'authorization_signed_response_alg',
    signingAlgorithms,
    form.authorizationAlg,
  )
  const introspectionAlg = choice(
    'introspection_signed_response_alg',
    signingAlgorithms,
    form.introspectionAlg,
  )
  const pushed = choice('require_pushed_authorization_requests', ['false', 'true'], form.pushed)
  const bound = choice('dpop_bound_access_tokens', ['false', 'true'], form.bound)
  const certificate = parseCertificate(form, client, keys !== undefined, note)
  // With a certificate there is no secret to keep.
  const keepsSecret = keys !== undefined && certificate === undefined && keysUse === 'requests'
  const certificateBound = choice(
    'tls_client_certificate_bound_access_tokens',
    ['false', 'true'],
    form.certificateBound,
  )
  if (bound === 'true' && certificateBound === 'true')
    note('tls_client_certificate_bound_access_tokens')({ code: 'policyBoundTwice' })
  const introspection = choice('introspection', ['own', 'all'], form.introspection)
  const idTokenAlg = choice('id_token_signed_response_alg', signingAlgorithms, form.idTokenAlg)
  const userinfoAlg: SigningAlgorithm | 'json' | undefined = choice(
    'userinfo_signed_response_alg',
    ['json', ...signingAlgorithms],
    form.userinfoAlg,
  )
  const encryption = parseEncryptions(form, keys, note)
  const claimsInIdToken = choice('claims_in_id_token', ['no', 'yes'], form.claimsInIdToken)
  const subjectType = choice('subject_type', ['public', 'pairwise'], form.subjectType)
  const sectorHosts = choice('sector_hosts', ['moved', 'confirmed'], form.sectorHosts)
  const sectorIdentifier = checkHost(form.sectorIdentifier, note('sector_identifier'))
  const sectorIdentifierUri = checkAddress(
    form.sectorIdentifierUri,
    mayBeCalled,
    note('sector_identifier_uri'),
  )
  const hasSector = sectorIdentifier !== undefined || form.sectorIdentifierUri.trim() !== ''
  if (subjectType === 'pairwise' && !hasSector && !sharesHost(client.redirectUris)) {
    // OIDC Core §8.1.
    note('subject_type')({ code: 'policyHosts' })
  }
  const backchannelLogoutUri = checkAddress(
    form.backchannelLogoutUri,
    mayBeCalled,
    note('backchannel_logout_uri'),
  )
  const frontchannelLogoutUri = checkAddress(
    form.frontchannelLogoutUri,
    mayBeFramed,
    note('frontchannel_logout_uri'),
  )
  const initiateLoginUri = checkAddress(form.initiateLoginUri, visitProblem, note('initiate_login_uri'))
  const factors = choice('factors', ['one', 'two'], form.factors)
  const pkce = choice('pkce', ['required', 'optional'], form.pkce)
  if (pkce === 'optional' && client.type === 'public') note('pkce')({ code: 'policyPkce' })

  if (profile === undefined || accessTokenAlg === undefined) return { problems }
  if (authorizationAlg === undefined || introspectionAlg === undefined) return { problems }
  if (accessTokenFormat === undefined || idTokenAlg === undefined || userinfoAlg === undefined)
    return { problems }
  if (subjectType === undefined || problems.length > 0) return { problems }
  const policy: Policy = {
    policy: {
      scope: form.scope,
      accessTokenFormat,
      accessTokenLifetime,
      refreshIdleLifetime,
      refreshAbsoluteLifetime,
      keys,
      // This is never granted again.
      introspectsAll: client.policy.introspectsAll && introspection === 'all',
    },
    openid: {
      profile,
      idTokenAlg,
      accessTokenAlg,
      userinfoAlg: userinfoAlg === 'json' ? undefined : userinfoAlg,
      subjectType,
      sectorIdentifier,
      sectorIdentifierUri,
      sectorMoved: sectorHosts === 'moved',
      pkceOptional: pkce === 'optional',
      keepsSecret,
      assertionAudienceList: keys !== undefined && !keepsSecret && assertionAudience === 'list',
      requestObjectAlg: requestObjectAlg === 'any' ? undefined : requestObjectAlg,
      backchannelRequestAlg: backchannelRequestAlg || undefined,
      signedOnly: signed === 'true',
      authorizationAlg,
      introspectionAlg,
      encryption,
      pushedOnly: pushed === 'true',
      dpopBound: bound === 'true',
      certificate,
      certificateBound: certificateBound === 'true',
      detailTypes: form.detailTypes,
      claimsInIdToken: claimsInIdToken === 'yes',
      needsTwoFactors: factors === 'two',
      refreshTokens: refreshTokens === 'yes',
      scopeIsChosen: client.registeredBy === 'document',
      backchannelLogoutUri,
      frontchannelLogoutUri,
      initiateLoginUri,
    },
  }
  const wanted = { ...client, ...policy }
  noteFaults(wanted, profiles[profile], profile, note)
  if (problems.length === 0) {
    const rules = rulesFor(wanted, least)
    noteFaults(wanted, rules, least, note, tolerated)
  }
  return problems.length > 0 ? { problems } : { policy }
}

function parseKeys(
  form: PolicyForm,
  mayBeCalled: (uri: string) => NamedProblem | undefined,
  note: (field: string) => (problem: NamedProblem) => void,
): ClientKeys | undefined {
  if (form.jwks.trim() !== '' && form.jwksUri.trim() !== '') {
    note('jwks_uri')({ code: 'policyKeysTwice' })
    return undefined
  }
  const jwks = checkJwks(form.jwks, note('jwks'))
  if (jwks !== undefined) return { jwks }
  const jwksUri = checkAddress(form.jwksUri, mayBeCalled, note('jwks_uri'))
  return jwksUri === undefined ? undefined : { jwksUri }
}

/** RFC 8705 §2.1.2, §2.2.2. A public client does not authenticate. */
function parseCertificate(
  { certificate: method, subjectDn }: PolicyForm,
  { type }: Client,
  hasKeys: boolean,
  note: (field: string) => (problem: NamedProblem) => void,
): CertificateAuthentication | undefined {
  if (type === 'public' || method === 'no_certificate') return undefined
  if (method === 'self_signed_tls_client_auth') {
    if (!hasKeys) note('jwks')({ code: 'policyCertificateKeys' })
    return { method }
  }
  if (method !== 'tls_client_auth') {
    note('token_endpoint_auth_method')({ code: 'policyChoice' })
    return undefined
  }
  if (parseName(subjectDn) === undefined) note('tls_client_auth_subject_dn')({ code: 'policySubject' })
  return { method, subjectDn: subjectDn.trim() }
}
