import type { Seconds } from '../../values/time.ts'
import { type Client, type ClientTrust, clientTrusts } from '../clients/client.ts'
import { acrValues } from '../openid/id-token.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { AuthorizationRequest } from './checks.ts'
import { provesNoIdentity, rememberedHost } from './redirect-uri.ts'
import { coversScope, type Scope } from './scope.ts'

export type NextStep =
  /** `factor`: they are signed in, with less than it takes. */
  | { readonly step: 'login'; readonly receivedAt: Seconds; readonly factor?: boolean }
  /** They have no second factor, and need one. */
  | { readonly step: 'set-up'; readonly receivedAt: Seconds }
  | { readonly step: 'consent' }
  /** `remember`: what is allowed now is more than was remembered, because the person agreed, or without asking them. */
  | { readonly step: 'issue'; readonly remember: 'agreed' | 'unasked' | undefined }
  | { readonly step: 'refuse'; readonly refusal: Refusal }

/** What is known about the person in front of the browser. */
export interface KnownSession {
  readonly authenticatedAt: Seconds
  /** `acr` values that the sign-in is worth. */
  readonly reachedAcr: readonly string[]
  /** Whether they could sign in with two factors. */
  readonly hasFactor: boolean
  /** `sub` as this client is told it. */
  readonly subject: string
}

/** What this user allowed this client before, for one host, and what they were shown then. */
export interface Consent {
  readonly scope: Scope
  /** As `rememberedHost` says; '': they were not asked. */
  readonly redirectHost: string
  readonly clientName: string
  readonly trust: ClientTrust
}

/** The answer given on the consent page to this very request. */
export type Decision = 'authorize' | 'cancel'

export interface Facts {
  readonly request: AuthorizationRequest
  /** What is asked for and may be granted. */
  readonly scope: Scope
  readonly client: Client
  readonly redirectUri: string
  readonly session: KnownSession | undefined
  /** Whether the client, or the server of this person, takes two factors. */
  readonly needsTwoFactors: boolean
  /** One for each host. */
  readonly consents: readonly Consent[]
  readonly decision: Decision | undefined
  /** `sub` of the one user whom the client means, by `id_token_hint` or the `claims` parameter. */
  readonly meant: string | undefined
  /** From an earlier `login` step of this very request; undefined when it arrives for the first time. */
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
    // OIDC Core §3.1.2.1, §5.5.1: never an answer about somebody else.
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

/** OIDC Core §5.5.1.1: an essential `acr` that can't be met is a failed sign-in. */
function reaches({ claims }: AuthorizationRequest, reached: readonly string[]): boolean {
  return claims.acr.some((value) => reached.includes(value))
}

const unmetAcr: NextStep = refused(
  'unmet_authentication_requirements',
  'The user cannot sign in with the method that acr_values asks for',
)

/** A sign-in at this time or later is newer than the request, also when the old one was in the same second. */
function receivedAt({ receivedAt, session }: Facts, now: Seconds): Seconds {
  return receivedAt ?? Math.max(now, (session?.authenticatedAt ?? 0) + 1)
}

function isFresh({ receivedAt }: Facts, session: KnownSession): boolean {
  return receivedAt !== undefined && session.authenticatedAt >= receivedAt
}

const asksForSignIn = ['login', 'select_account', 'create'] as const

/**
 * OIDC Core §3.1.2.1 prompt and max_age. `max_age=0` asks for a new sign-in, like `prompt=login`. One that was asked for is new
 * enough, however long the person then thinks about consent: `auth_time` says when it was.
 */
function needsFreshSignIn(facts: Facts, session: KnownSession, now: Seconds): boolean {
  const { request } = facts
  if (isFresh(facts, session)) return false
  if (asksForSignIn.some((prompt) => request.prompt.has(prompt)) || request.maxAge === 0) return true
  return request.maxAge !== undefined && now - session.authenticatedAt > request.maxAge
}

/** The operator's own application is not asked about; but whoever listens at an address that proves nothing may be another. */
function needsConsent(facts: Facts): boolean {
  const { request, client, redirectUri } = facts
  if (request.prompt.has('consent') || provesNoIdentity(redirectUri)) return true
  // Nobody here knows who runs such a client: the next of that name may be another (RFC 7591 §5).
  if (client.registeredBy !== 'person' && client.trust === 'unverified') return true
  return client.trust !== 'first-party' && !isRemembered(facts)
}

function isRemembered({ consents, client, redirectUri, scope }: Facts): boolean {
  const consent = consentFor(consents, client, redirectUri)
  return consent !== undefined && coversScope(consent.scope, scope)
}

/**
 * What was allowed before, if what was shown then is what would be shown now: where they go, the name, and how far the
 * application is trusted. More trust than then is no reason to ask again.
 */
export function consentFor(
  consents: readonly Consent[],
  client: Pick<Client, 'name' | 'trust'>,
  redirectUri: string,
): Consent | undefined {
  const host = rememberedHost(redirectUri)
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
