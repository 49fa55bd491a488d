import { formatDuration, parseDuration } from '../../values/duration.ts'
import type { FieldProblem, NamedProblem } from '../../values/problem.ts'
import type { Seconds } from '../../values/time.ts'
import { callProblem, savedFrameProblem, visitProblem } from '../callable-url.ts'
import { parseScopeNames, type Scope } from '../requests/scope.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../server/signing-keys.ts'
import { checkAddress, checkHost, checkJwks, sharesHost } from './addresses.ts'
import { accessTokenFormats, type Client, type ClientKeys } from './client.ts'

/** The form as submitted. Fields that make no sense for this application are missing and stay unchanged. */
export interface PolicyForm {
  readonly scope: Scope
  readonly accessTokenFormat: string
  readonly accessTokenAlg: string
  readonly accessTokenLifetime: string
  readonly refreshTokens: string
  readonly refreshIdleLifetime: string
  readonly refreshAbsoluteLifetime: string
  readonly jwks: string
  readonly jwksUri: string
  readonly assertionAudience: string
  readonly introspection: string
  readonly idTokenAlg: string
  readonly userinfoAlg: string
  readonly claimsInIdToken: string
  readonly subjectType: string
  readonly sectorIdentifier: string
  readonly sectorIdentifierUri: string
  /** Whether the hosts of its redirect URIs were reviewed: for a client whose hosts have changed. */
  readonly sectorHosts: string
  readonly backchannelLogoutUri: string
  readonly frontchannelLogoutUri: string
  readonly initiateLoginUri: string
  readonly factors: string
  readonly pkce: string
}

type Policy = Pick<Client, 'policy' | 'openid'>

export function policyForm({ policy, openid }: Policy): PolicyForm {
  const duration = (seconds: Seconds | undefined) => (seconds === undefined ? '' : formatDuration(seconds))
  const { keys } = policy
  return {
    scope: policy.scope,
    accessTokenFormat: policy.accessTokenFormat,
    accessTokenAlg: openid.accessTokenAlg,
    accessTokenLifetime: duration(policy.accessTokenLifetime),
    refreshTokens: openid.refreshTokens ? 'yes' : 'no',
    refreshIdleLifetime: duration(policy.refreshIdleLifetime),
    refreshAbsoluteLifetime: duration(policy.refreshAbsoluteLifetime),
    jwks: keys !== undefined && 'jwks' in keys ? keys.jwks : '',
    jwksUri: keys !== undefined && 'jwksUri' in keys ? keys.jwksUri : '',
    assertionAudience: openid.assertionAudienceList ? 'list' : 'one',
    introspection: policy.introspectsAll ? 'all' : 'own',
    idTokenAlg: openid.idTokenAlg,
    userinfoAlg: openid.userinfoAlg ?? 'json',
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

/** The fields that a URL may contain: not a private key that was pasted in place of a public one. */
export function policyFields(sent: URLSearchParams): readonly string[] {
  const keys = checkJwks(sent.get('jwks') ?? '', () => {})
  return keys === undefined ? fields : [...fields, 'jwks']
}

const fields: readonly string[] = [
  'scope',
  'access_token_format',
  'access_token_signed_response_alg',
  'access_token_lifetime',
  'refresh_tokens',
  'refresh_idle_lifetime',
  'refresh_absolute_lifetime',
  'jwks_uri',
  'client_assertion_audience',
  'introspection',
  'id_token_signed_response_alg',
  'userinfo_signed_response_alg',
  'claims_in_id_token',
  'subject_type',
  'sector_identifier',
  'sector_identifier_uri',
  'sector_hosts',
  'backchannel_logout_uri',
  'frontchannel_logout_uri',
  'initiate_login_uri',
  'factors',
  'pkce',
]

/**
 * The submitted values over the current ones; `decides`: by an administrator. Scopes come one per checkbox, or several
 * separated by spaces.
 */
export function readPolicyForm(pairs: URLSearchParams, client: Client, decides: boolean): PolicyForm {
  const before = policyForm(client)
  const typed = (name: string, otherwise: string) => pairs.get(name) ?? otherwise
  return {
    scope: parseScopeNames(pairs.getAll('scope').join(' ')),
    accessTokenAlg: typed('access_token_signed_response_alg', before.accessTokenAlg),
    accessTokenFormat: typed('access_token_format', before.accessTokenFormat),
    accessTokenLifetime: typed('access_token_lifetime', before.accessTokenLifetime),
    refreshTokens: typed('refresh_tokens', before.refreshTokens),
    refreshIdleLifetime: typed('refresh_idle_lifetime', before.refreshIdleLifetime),
    refreshAbsoluteLifetime: typed('refresh_absolute_lifetime', before.refreshAbsoluteLifetime),
    jwks: typed('jwks', before.jwks),
    jwksUri: typed('jwks_uri', before.jwksUri),
    assertionAudience: typed('client_assertion_audience', before.assertionAudience),
    introspection: typed('introspection', before.introspection),
    idTokenAlg: typed('id_token_signed_response_alg', before.idTokenAlg),
    userinfoAlg: typed('userinfo_signed_response_alg', before.userinfoAlg),
    claimsInIdToken: typed('claims_in_id_token', before.claimsInIdToken),
    subjectType: typed('subject_type', before.subjectType),
    sectorHosts: decides ? typed('sector_hosts', before.sectorHosts) : before.sectorHosts,
    sectorIdentifier: decides ? typed('sector_identifier', before.sectorIdentifier) : before.sectorIdentifier,
    sectorIdentifierUri: typed('sector_identifier_uri', before.sectorIdentifierUri),
    backchannelLogoutUri: typed('backchannel_logout_uri', before.backchannelLogoutUri),
    frontchannelLogoutUri: typed('frontchannel_logout_uri', before.frontchannelLogoutUri),
    initiateLoginUri: typed('initiate_login_uri', before.initiateLoginUri),
    factors: typed('factors', before.factors),
    pkce: decides ? typed('pkce', before.pkce) : before.pkce,
  }
}

const day: Seconds = 86_400
const longest: Seconds = 400 * day

/** Every problem at once, in the order of the fields. The store decides which scopes are allowed. */
export function parsePolicyForm(
  form: PolicyForm,
  client: Client,
  issuer: string,
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
  const accessTokenFormat = choice('access_token_format', accessTokenFormats, form.accessTokenFormat)
  const accessTokenAlg = choice('access_token_signed_response_alg', signingAlgorithms, form.accessTokenAlg)
  const accessTokenLifetime = lifetime('access_token_lifetime', form.accessTokenLifetime, 30 * day)
  const refreshTokens = choice('refresh_tokens', ['yes', 'no'], form.refreshTokens)
  const refreshIdleLifetime = lifetime('refresh_idle_lifetime', form.refreshIdleLifetime, longest)
  const refreshAbsoluteLifetime = lifetime('refresh_absolute_lifetime', form.refreshAbsoluteLifetime, longest)
  const keys = client.type === 'confidential' ? parseKeys(form, mayBeCalled, note) : undefined
  const assertionAudience = choice('client_assertion_audience', ['one', 'list'], form.assertionAudience)
  const introspection = choice('introspection', ['own', 'all'], form.introspection)
  const idTokenAlg = choice('id_token_signed_response_alg', signingAlgorithms, form.idTokenAlg)
  const userinfoAlg: SigningAlgorithm | 'json' | undefined = choice(
    'userinfo_signed_response_alg',
    ['json', ...signingAlgorithms],
    form.userinfoAlg,
  )
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

  if (accessTokenAlg === undefined) return { problems }
  if (accessTokenFormat === undefined || idTokenAlg === undefined || userinfoAlg === undefined)
    return { problems }
  if (subjectType === undefined || problems.length > 0) return { problems }
  return {
    policy: {
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
        idTokenAlg,
        accessTokenAlg,
        userinfoAlg: userinfoAlg === 'json' ? undefined : userinfoAlg,
        subjectType,
        sectorIdentifier,
        sectorIdentifierUri,
        sectorMoved: sectorHosts === 'moved',
        pkceOptional: pkce === 'optional',
        assertionAudienceList: keys !== undefined && assertionAudience === 'list',
        claimsInIdToken: claimsInIdToken === 'yes',
        needsTwoFactors: factors === 'two',
        refreshTokens: refreshTokens === 'yes',
        backchannelLogoutUri,
        frontchannelLogoutUri,
        initiateLoginUri,
      },
    },
  }
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
