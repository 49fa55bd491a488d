import { type Client, isRegisteredFor } from '../clients/client.ts'
import { suspensionOf } from '../clients/suspension.ts'
import { type ProfileName, type ProfileRules, rulesFor } from '../profile.ts'
import { checkProfile } from '../profile-faults.ts'
import { isRefusal, type Refusal, refuse } from '../refusal.ts'
import { parseJkt } from '../tokens/dpop.ts'
import type { Asked } from './asked.ts'
import { checkDetails } from './authorization-details.ts'
import { checkMayAsk, checkOpenid } from './backchannel.ts'
import { parseDestination } from './destination.ts'
import type { DetailType } from './detail-type.ts'
import { type Granted, grantable } from './granted.ts'
import { parseCodeChallenge } from './pkce.ts'
import { parsePrompt } from './prompt.ts'
import { checkRequestUri } from './pushed.ts'
import type { OwnApi, Resource } from './resource.ts'
import { type ResponseMode, responseModeOf, responseModes } from './response-mode.ts'
import type { ScopeDefinition, ScopePlaces } from './scope.ts'

/** An endpoint that accepts authorization requests: a column of the table. */
export type RequestEndpoint = 'authorization' | 'pushed' | 'device' | 'backchannel'

/** The input of a check. */
export interface Examined {
  readonly asked: Asked
  readonly client: Client
  /** The requested scopes and APIs that exist. */
  readonly scopes: readonly ScopeDefinition[]
  readonly resources: readonly Resource[]
  /** The requested types of authorization details that exist. */
  readonly detailTypes: readonly DetailType[]
  readonly server: CheckingServer
}

/** The facts about the server that the checks need. */
export type CheckingServer = ScopePlaces &
  OwnApi & { readonly config: { readonly pushedOnly: boolean; readonly leastProfile: ProfileName } }

const everywhere = ['authorization', 'pushed', 'device', 'backchannel'] as const
/** The same request, sent by the browser or by the client itself (RFC 9126 §2.1). */
const byRedirect = ['authorization', 'pushed'] as const
const authorization = ['authorization'] as const
const pushed = ['pushed'] as const
const device = ['device'] as const
const backchannel = ['backchannel'] as const

/**
 * The checks of an authorization request in their order, and the endpoints that make each. The client and the redirect URI, on
 * which any answer depends, are checked before.
 *
 * A check returns a refusal, or the meaning of the parameters that it reads.
 */
export const requestChecks = {
  wellFormed: check(everywhere, ({ asked }) => asked.problem?.refusal),
  resource: check(everywhere, ({ asked }) => (isRefusal(asked.resources) ? asked.resources : undefined)),
  claims: check(byRedirect, ({ asked }) => asked.claims),
  // The others authenticate their client, which includes this check.
  clientIsActive: check(authorization, ({ client }): Refusal | undefined => {
    const suspension = suspensionOf(client)
    return suspension === undefined ? undefined : { ...suspension, refused: 'unauthorized_client' }
  }),
  // The token endpoint checks it too, for every grant.
  profile: check(authorization, (examined) => checkProfile(examined.client, rulesOf(examined))),
  authorizationCode: check(byRedirect, ({ client }) =>
    isRegisteredFor(client, 'authorization-code')
      ? undefined
      : refuse(
          'unauthorized_client',
          'The application is not registered for the grant type authorization_code',
        ),
  ),
  deviceCode: check(device, ({ client }) =>
    isRegisteredFor(client, 'device-code')
      ? undefined
      : refuse('unauthorized_client', 'The application is not registered for the device code grant'),
  ),
  backchannelGrant: check(backchannel, ({ client }) => checkMayAsk(client)),
  // RFC 9101, OIDC Core §6.1.
  request: check(byRedirect, (examined) => {
    const { asked, client } = examined
    if (isRefusal(asked.object))
      return client.policy.keys === undefined
        ? refuse('request_not_supported', 'Request objects need registered keys: this application has none')
        : asked.object
    const mustBeSigned = client.openid.signedOnly || rulesOf(examined).signedRequests
    // A pushed request was checked when it was pushed.
    return mustBeSigned && asked.object === undefined && !asked.isPushed
      ? refuse('invalid_request', 'The request must be a signed request object (RFC 9101)')
      : undefined
  }),
  // CIBA Core §4, §7.1.1.
  signedBackchannel: check(backchannel, (examined) => {
    const { asked, client } = examined
    if (isRefusal(asked.object)) return asked.object
    const mustBeSigned = client.openid.backchannelRequestAlg !== undefined || rulesOf(examined).signedRequests
    return mustBeSigned && asked.object === undefined
      ? refuse('invalid_request', 'The request must be a signed authentication request')
      : undefined
  }),
  requestUri: check(authorization, ({ asked }) => checkRequestUri(asked.parameters.get('request_uri'))),
  // RFC 9126 §2.1.
  pushedRequestUri: check(pushed, ({ asked }) =>
    asked.parameters.has('request_uri')
      ? refuse('invalid_request', "A pushed request can't contain request_uri")
      : undefined,
  ),
  // The authorization endpoint needs it for the answer, so it is checked before all of these. RFC 9126 §2.3.
  redirectUri: check(pushed, (examined) => {
    const { asked, client } = examined
    const isMissing = rulesOf(examined).sendsRedirectUri && !asked.parameters.has('redirect_uri')
    return isMissing || parseDestination(asked.parameters, client) === undefined
      ? refuse('invalid_request', 'redirect_uri is missing or not registered')
      : undefined
  }),
  // RFC 9126 §4, §6.
  pushedOnly: check(authorization, (examined) => {
    const { asked, client, server } = examined
    const mustBePushed = client.openid.pushedOnly || server.config.pushedOnly || rulesOf(examined).pushedOnly
    return asked.isPushed || !mustBePushed
      ? undefined
      : refuse('invalid_request', 'The request must be pushed first (RFC 9126)')
  }),
  // RFC 8707 §2.
  namedResource: check(byRedirect, (examined) => {
    const { resources } = examined.asked
    return rulesOf(examined).namesResource && !isRefusal(resources) && resources.length === 0
      ? refuse(
          'invalid_target',
          'resource is missing: the profile of this application requires it (RFC 8707)',
        )
      : undefined
  }),
  // RFC 6749 §4.1.1.
  responseType: check(byRedirect, ({ asked }) => {
    const responseType = asked.parameters.get('response_type')
    if (responseType === undefined) return refuse('invalid_request', 'response_type is missing')
    return responseType === 'code'
      ? undefined
      : refuse('unsupported_response_type', 'response_type must be code')
  }),
  // OAuth 2.0 Multiple Response Type Encoding Practices §2.1.
  responseMode: check(byRedirect, (examined) => {
    const { asked, client } = examined
    const responseMode = asked.parameters.get('response_mode')
    if (responseMode !== undefined && !responseModes.some((mode) => mode === responseMode))
      return refuse('invalid_request', `response_mode must be one of ${responseModes.join(', ')}`)
    return checkSigned(responseModeOf(asked.parameters), client, rulesOf(examined))
  }),
  scope: check(everywhere, ({ asked }) => asked.scope),
  // RFC 9396 §5.
  details: check(everywhere, ({ asked, client, detailTypes }) => {
    if (isRefusal(asked.details)) return asked.details
    return checkDetails(asked.details, detailTypes, client.openid.detailTypes) ?? asked.details
  }),
  codeChallenge: check(byRedirect, (examined) =>
    parseCodeChallenge(examined.asked.parameters, rulesOf(examined).pkceExceptions),
  ),
  dpopJkt: check(byRedirect, ({ asked }) => parseJkt(asked.parameters.get('dpop_jkt'))),
  prompt: check(byRedirect, ({ asked }) => parsePrompt(asked.parameters.get('prompt'))),
  /** The maximum age of a sign-in, in seconds. OIDC Core §3.1.2.1. */
  maxAge: check(byRedirect, ({ asked }) => {
    const maxAge = asked.parameters.get('max_age')
    if (maxAge === undefined) return undefined
    return /^[0-9]{1,10}$/.test(maxAge)
      ? Number(maxAge)
      : refuse('invalid_request', 'max_age must be a number of seconds')
  }),
  nonce: check(byRedirect, ({ asked }) => asked.parameters.get('nonce')),
  /** In order of preference. OIDC Core §3.1.2.1, §5.5.1.1. */
  acrValues: check(byRedirect, ({ asked }) => {
    const essential = isRefusal(asked.claims) ? [] : asked.claims.acr
    const voluntary = (asked.parameters.get('acr_values') ?? '').split(' ')
    return [...essential, ...voluntary].filter((value) => value !== '')
  }),
  /** Verifying it as an ID token of ours needs the keys, so that happens later. */
  idTokenHint: check(byRedirect, ({ asked }) => asked.parameters.get('id_token_hint')),
  granted: check(everywhere, ({ asked, client, scopes, resources, server }): Granted | Refusal => {
    // The checks above refuse both; here they only narrow the types.
    if (isRefusal(asked.scope)) return asked.scope
    if (isRefusal(asked.resources)) return asked.resources
    return grantable(
      { scope: asked.scope, resources: asked.resources },
      client,
      { scopes, resources },
      server,
    )
  }),
  openidScope: check(backchannel, ({ asked }) => checkOpenid(asked.scopeNames)),
} as const

type Checks = typeof requestChecks

/** The results of the checks of one endpoint. */
export type Checked<Endpoint extends RequestEndpoint> = {
  readonly [Name in keyof Checks as Endpoint extends Checks[Name]['at'][number] ? Name : never]: Exclude<
    ReturnType<Checks[Name]['find']>,
    Refusal
  >
}

/** A valid authorization request. RFC 6749 §4.1.1; unknown parameters are ignored (§3.1). */
export type AuthorizationRequest = Checked<'authorization'>

/** The first refusal, or the results of all checks of the endpoint. */
export function checkRequest<Endpoint extends RequestEndpoint>(
  endpoint: Endpoint,
  examined: Examined,
): Checked<Endpoint> | Refusal {
  const found: Record<string, unknown> = {}
  for (const [name, { at, find }] of rows) {
    if (!at.some((one) => one === endpoint)) continue
    const value = find(examined)
    if (isRefusal(value)) return value
    found[name] = value
  }
  // Each name of `Checked<Endpoint>` is a row with this endpoint, and each of those was just written with the result of its
  // `find`.
  return found as Checked<Endpoint>
}

const rows = Object.entries(requestChecks)

/** JARM §3, and the rules of the profile. */
function checkSigned(
  { isSigned }: ResponseMode,
  { openid: { authorizationAlg } }: Client,
  { signedAnswers, algorithms }: ProfileRules,
): Refusal | undefined {
  if (!isSigned)
    return signedAnswers
      ? refuse('invalid_request', 'response_mode must be jwt: the profile of this application requires it')
      : undefined
  return algorithms.includes(authorizationAlg)
    ? undefined
    : refuse('invalid_request', 'The profile of this application does not allow the algorithm of its answers')
}

function rulesOf({ client, server }: Examined): ProfileRules {
  return rulesFor(client, server.config.leastProfile)
}

function check<const At extends readonly RequestEndpoint[], Found>(
  at: At,
  find: (examined: Examined) => Found | Refusal,
): { readonly at: At; readonly find: (examined: Examined) => Found | Refusal } {
  return { at, find }
}
