import type { Seconds } from '../../values/time.ts'
import { type Client, type ClientTrust, clientTrusts } from '../clients/client.ts'
import { acrValues } from '../openid/id-token.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { AuthorizationRequest } from './checks.ts'
import { developmentHost, provesNoIdentity, rememberedHost } from './redirect-uri.ts'
import { coversScope, type Scope } from './scope.ts'

export type NextStep =
  /** `factor`: the person is signed in, but without the required second factor. */
  | { readonly step: 'login'; readonly receivedAt: Seconds; readonly factor?: boolean }
  /** The person needs a second factor, and has none. */
  | { readonly step: 'set-up'; readonly receivedAt: Seconds }
  | { readonly step: 'consent' }
  /** `remember`: more is allowed now than was remembered, because the person agreed, or because nobody had to ask them. */
  | { readonly step: 'issue'; readonly remember: 'agreed' | 'unasked' | undefined }
  | { readonly step: 'refuse'; readonly refusal: Refusal }

/** Facts about the person at the browser. */
export interface KnownSession {
  readonly authenticatedAt: Seconds
  /** `acr` values that the sign-in reaches. */
  readonly reachedAcr: readonly string[]
  /** Whether they could sign in with two factors. */
  readonly hasFactor: boolean
  /** `sub` for this client. */
  readonly subject: string
}

/** An earlier consent of this user for this client and one host, with what was shown then. */
export interface Consent {
  readonly scope: Scope
  /** The result of `rememberedHost`; '': they were not asked. */
  readonly redirectHost: string
  readonly clientName: string
  readonly trust: ClientTrust
}

/** The answer given on the consent page to this request. */
export type Decision = 'authorize' | 'cancel'

export interface Facts {
  readonly request: AuthorizationRequest
  /** The requested scopes that may be granted. */
  readonly scope: Scope
  readonly client: Client
  readonly redirectUri: string
  readonly session: KnownSession | undefined
  /** Whether the client, or the server for this person, requires two factors. */
  readonly needsTwoFactors: boolean
  /** One per host. */
  readonly consents: readonly Consent[]
  readonly decision: Decision | undefined
  /** The result of `isOwnInDevelopment`. */
  readonly isOwnInDevelopment: boolean
  /** `sub` of the user that the client requests, by `id_token_hint` or the `claims` parameter. */
  readonly meant: string | undefined
  /** From an earlier `login` step of the same request; undefined when it arrives for the first time. */
  readonly receivedAt: Seconds | undefined
}

/** The one place that decides what an authorization request needs next. Pure: facts in, step out. */
export function nextStep(facts: Facts, now: Seconds): NextStep {
  const { request, session, decision } = facts
  const silent = request.prompt.has('none')

  if (request.claims.acrIsEssential && !reaches(request, acrValues)) return unmetAcr
  if (session === undefined || needsFreshSignIn(facts, session, now)) {
    if (silent) return refused('login_required', 'The user has to sign in')
    return { step: 'login', receivedAt: receivedAt(facts, now) }
  }
  if (facts.meant !== undefined && facts.meant !== session.subject) {
    // OIDC Core §3.1.2.1, §5.5.1: never an answer about a different user.
    if (silent) return refused('login_required', 'Another user is signed in')
    return isFresh(facts, session)
      ? refused('login_required', 'A different user signed in than the one requested')
      : { step: 'login', receivedAt: receivedAt(facts, now) }
  }
  if (facts.needsTwoFactors && !session.reachedAcr.includes('2')) {
    if (!silent)
      return session.hasFactor
        ? { step: 'login', receivedAt: receivedAt(facts, now), factor: true }
        : { step: 'set-up', receivedAt: receivedAt(facts, now) }
    return session.hasFactor
      ? refused('login_required', 'The user has to sign in with a second factor')
      : refused('interaction_required', 'The user has to set up a second factor')
  }
  if (request.claims.acrIsEssential && !reaches(request, session.reachedAcr)) {
    if (silent) return refused('login_required', 'The user has to sign in with another method')
    return isFresh(facts, session) ? unmetAcr : { step: 'login', receivedAt: receivedAt(facts, now) }
  }
  if (decision === 'cancel') return refused('access_denied', 'The user denied the request')
  if (decision === 'authorize') return { step: 'issue', remember: 'agreed' }
  if (!needsConsent(facts)) return { step: 'issue', remember: isCovered(facts) ? undefined : 'unasked' }
  return silent ? refused('consent_required', 'The user has to give consent') : { step: 'consent' }
}

/** OIDC Core §5.5.1.1: an essential `acr` that can't be reached is a failed sign-in. */
function reaches({ claims }: AuthorizationRequest, reached: readonly string[]): boolean {
  return claims.acr.some((value) => reached.includes(value))
}

const unmetAcr: NextStep = refused(
  'unmet_authentication_requirements',
  'The user cannot sign in with the method that acr_values asks for',
)

/** A sign-in at this time or later is newer than the request, even if the old one was in the same second. */
function receivedAt({ receivedAt, session }: Facts, now: Seconds): Seconds {
  return receivedAt ?? Math.max(now, (session?.authenticatedAt ?? 0) + 1)
}

function isFresh({ receivedAt }: Facts, session: KnownSession): boolean {
  return receivedAt !== undefined && session.authenticatedAt >= receivedAt
}

const asksForSignIn = ['login', 'select_account', 'create'] as const

/**
 * OIDC Core §3.1.2.1 prompt and max_age. `max_age=0` requires a new sign-in, like `prompt=login`. A new sign-in stays new
 * enough while the person considers the consent page: `auth_time` says when it was.
 */
function needsFreshSignIn(facts: Facts, session: KnownSession, now: Seconds): boolean {
  const { request } = facts
  if (isFresh(facts, session)) return false
  if (asksForSignIn.some((prompt) => request.prompt.has(prompt)) || request.maxAge === 0) return true
  return request.maxAge !== undefined && now - session.authenticatedAt > request.maxAge
}

/** The operator's own application needs no consent, except at an address where another program may be listening. */
function needsConsent(facts: Facts): boolean {
  const { request, client, redirectUri } = facts
  // Each one is an act of its own, like a payment. RFC 9396.
  if (request.prompt.has('consent') || request.details.length > 0) return true
  if (provesNoIdentity(redirectUri)) return !facts.isOwnInDevelopment || !isRemembered(facts, developmentHost)
  // Nobody here knows who runs such a client: the next one with that name may be a different one (RFC 7591 §5).
  if (client.registeredBy !== 'person' && client.trust === 'unverified') return true
  return client.trust !== 'first-party' && !isRemembered(facts, rememberedHost(redirectUri))
}

function isRemembered({ consents, client, scope }: Facts, host: string): boolean {
  const consent = consentFor(consents, client, host)
  return consent !== undefined && coversScope(consent.scope, scope)
}

/**
 * An earlier consent, if it was shown what would be shown now: the host, the name and the trust in the application. More trust
 * than before is no reason to ask again.
 */
export function consentFor(
  consents: readonly Consent[],
  client: Pick<Client, 'name' | 'trust'>,
  host: string,
): Consent | undefined {
  return consents.find(
    ({ redirectHost, clientName, trust }) =>
      redirectHost === host &&
      clientName === client.name &&
      clientTrusts.indexOf(trust) <= clientTrusts.indexOf(client.trust),
  )
}

function isCovered({ consents, scope }: Facts): boolean {
  return consents.some((consent) => coversScope(consent.scope, scope))
}

function refused(
  code:
    | 'login_required'
    | 'interaction_required'
    | 'consent_required'
    | 'access_denied'
    | 'unmet_authentication_requirements',
  description: string,
): NextStep {
  return { step: 'refuse', refusal: refuse(code, description) }
}
