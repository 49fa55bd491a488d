import { parseDuration } from '../../values/duration.ts'
import type { FieldProblem, NamedProblem } from '../../values/problem.ts'
import type { Seconds } from '../../values/time.ts'
import { callProblem, savedFrameProblem, visitProblem } from '../callable-url.ts'
import { type ProfileName, profiles, rulesFor } from '../profile.ts'
import type { ProfileFault } from '../profile-faults.ts'
import { noteFaults } from '../profile-form.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../server/signing-keys.ts'
import { checkAddress, checkHost, checkJwks, sharesHost } from './addresses.ts'
import { type CertificateAuthentication, parseName } from './certificate.ts'
import { accessTokenFormats, type Client, type ClientKeys, chosenProfiles } from './client.ts'
import { assertionAlgorithms } from './credentials.ts'
import { parseEncryptions } from './parse-encryption.ts'
import { fieldOfText, type Policy, type PolicyForm, type PolicyText } from './policy-form.ts'

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
  const lifetime = (name: PolicyText, most: Seconds) => {
    const parsed = parseDuration(form[name], 60, most)
    if ('seconds' in parsed) return parsed.seconds
    note(fieldOfText[name])(parsed.problem)
    return undefined
  }
  const choice = <T extends string>(name: PolicyText, values: readonly T[]): T | undefined => {
    const found = values.find((value) => value === form[name])
    if (found === undefined) note(fieldOfText[name])({ code: 'policyChoice' })
    return found
  }
  const flag = (name: PolicyText) => choice(name, ['false', 'true']) === 'true'
  const address = (name: PolicyText, problemOf: (uri: string) => NamedProblem | undefined) =>
    checkAddress(form[name], problemOf, note(fieldOfText[name]))

  if (form.scope.length === 0) note('scope')({ code: 'policyScope' })
  const profile = choice('profile', chosenProfiles)
  const accessTokenFormat = choice('accessTokenFormat', accessTokenFormats)
  const accessTokenAlg = choice('accessTokenAlg', signingAlgorithms)
  const accessTokenLifetime = lifetime('accessTokenLifetime', 30 * day)
  const refreshTokens = choice('refreshTokens', ['yes', 'no'])
  const refreshIdleLifetime = lifetime('refreshIdleLifetime', longest)
  const refreshAbsoluteLifetime = lifetime('refreshAbsoluteLifetime', longest)
  const keys = client.type === 'confidential' ? parseKeys(form, mayBeCalled, note) : undefined
  const keysUse = choice('keysUse', ['authentication', 'requests'])
  const assertionAlg = choice('assertionAlg', ['', ...assertionAlgorithms])
  const assertionAudience = choice('assertionAudience', ['one', 'list'])
  const signedOnly = flag('signed')
  if (signedOnly && keys === undefined) note(fieldOfText.signed)({ code: 'policyKeysMissing' })
  const requestObjectAlg = choice('requestObjectAlg', ['any', ...assertionAlgorithms])
  const backchannelRequestAlg = choice('backchannelRequestAlg', ['', ...assertionAlgorithms])
  if (form.backchannelRequestAlg !== '' && keys === undefined)
    note(fieldOfText.backchannelRequestAlg)({ code: 'policyKeysMissing' })
  const authorizationAlg = choice('authorizationAlg', signingAlgorithms)
  const introspectionAlg = choice('introspectionAlg', signingAlgorithms)
  const pushedOnly = flag('pushed')
  const dpopBound = flag('bound')
  const certificate = parseCertificate(form, client, keys !== undefined, note)
  // With a certificate there is no secret to keep.
  const keepsSecret = keys !== undefined && certificate === undefined && keysUse === 'requests'
  const certificateBound = flag('certificateBound')
  if (dpopBound && certificateBound) note(fieldOfText.certificateBound)({ code: 'policyBoundTwice' })
  const introspection = choice('introspection', ['own', 'all'])
  const idTokenAlg = choice('idTokenAlg', signingAlgorithms)
  const userinfoAlg: SigningAlgorithm | 'json' | undefined = choice('userinfoAlg', [
    'json',
    ...signingAlgorithms,
  ])
  const encryption = parseEncryptions(form, keys, note)
  const claimsInIdToken = choice('claimsInIdToken', ['no', 'yes'])
  const subjectType = choice('subjectType', ['public', 'pairwise'])
  const sectorHosts = choice('sectorHosts', ['moved', 'confirmed'])
  const sectorIdentifier = checkHost(form.sectorIdentifier, note(fieldOfText.sectorIdentifier))
  const sectorIdentifierUri = address('sectorIdentifierUri', mayBeCalled)
  const hasSector = sectorIdentifier !== undefined || form.sectorIdentifierUri.trim() !== ''
  if (subjectType === 'pairwise' && !hasSector && !sharesHost(client.redirectUris)) {
    // OIDC Core §8.1.
    note(fieldOfText.subjectType)({ code: 'policyHosts' })
  }
  const backchannelLogoutUri = address('backchannelLogoutUri', mayBeCalled)
  const frontchannelLogoutUri = address('frontchannelLogoutUri', mayBeFramed)
  const initiateLoginUri = address('initiateLoginUri', visitProblem)
  const factors = choice('factors', ['one', 'two'])
  const pkce = choice('pkce', ['required', 'optional'])
  if (pkce === 'optional' && client.type === 'public') note(fieldOfText.pkce)({ code: 'policyPkce' })

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
      assertionAlg: assertionAlg || undefined,
      assertionAudienceList: keys !== undefined && !keepsSecret && assertionAudience === 'list',
      requestObjectAlg: requestObjectAlg === 'any' ? undefined : requestObjectAlg,
      backchannelRequestAlg: backchannelRequestAlg || undefined,
      signedOnly,
      authorizationAlg,
      introspectionAlg,
      encryption,
      pushedOnly,
      dpopBound,
      certificate,
      certificateBound,
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
