import type { Config } from '../../config.ts'
import { type Client, lifetimesFor } from '../../rules/clients/client.ts'
import { acrOf, authTimeOf } from '../../rules/openid/id-token.ts'
import { sectorFor } from '../../rules/openid/subject.ts'
import { rulesFor } from '../../rules/profile.ts'
import type { AuthorizationRequest } from '../../rules/requests/checks.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { type Consent, consentFor } from '../../rules/requests/next-step.ts'
import { developmentHost, rememberedHost } from '../../rules/requests/redirect-uri.ts'
import { type Scope, unionScope } from '../../rules/requests/scope.ts'
import type { CodeGrant } from '../../rules/tokens/authorization.ts'
import { hashSecret, makeAuthorizationId, makeSecret, randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { putPublishedClient } from '../../store/clients/published.ts'
import { hasChanged, read, type Write, write } from '../../store/database.ts'
import { consentDetail, hasNoConsent, putConsent } from '../../store/requests/consents.ts'
import { deletePushedRequest, isPushed, type RequestUriHash } from '../../store/requests/pushed-requests.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { always } from '../../store/sql.ts'
import { hasAuthorization, insertAuthorization, isAuthorized } from '../../store/tokens/authorizations.ts'
import { putCodeCopy } from '../../store/tokens/code-copies.ts'
import { forgetBeyond } from '../../store/tokens/forgotten-authorizations.ts'
import type { Secret } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'

export interface Approved {
  readonly client: Client
  readonly destination: Destination
  readonly checked: {
    readonly request: AuthorizationRequest
    readonly userinfoClaims: readonly string[]
    readonly idTokenClaims: readonly string[]
    /** The scope that the person was asked about. */
    readonly consentScope: Scope
  }
  readonly session: Session
  /** Earlier consents, per host. */
  readonly consents: readonly Consent[]
  /** Why it is remembered, if it is: the person agreed just now, or needs no consent for this client. */
  readonly remember: 'agreed' | 'unasked' | undefined
  /** The person does not want to be asked again, where consent can be remembered in development alone. */
  readonly isForDevelopment: boolean
  /** The request to complete, if the client pushed it: it is completed once (RFC 9126 §4). */
  readonly pushed: RequestUriHash | undefined
}

/** The parts of a request that issuing needs. */
export interface Issuing {
  readonly db: D1Database
  readonly codes: KVNamespace
  readonly config: Pick<Config, 'lifetimes' | 'quotas' | 'leastProfile'>
  readonly reference: string
  readonly now: Seconds
  /** For work that the answer does not wait for. */
  readonly inBackground: (what: string, work: Promise<unknown>) => void
}

/** One approved request: the D1 row and the KV copy in parallel. Undefined when the client, the user or the consent was deleted. */
export async function issueCode(
  { db, codes, config, reference, now, inBackground }: Issuing,
  approved: Approved,
): Promise<Secret<'code'> | undefined> {
  const code = makeSecret('code')
  const hash = hashSecret(code)
  const longest = rulesFor(approved.client, config.leastProfile).codeLifetime ?? config.lifetimes.code
  const codeExpiresAt = now + Math.min(config.lifetimes.code, longest)
  const grant = grantOf(approved, codeExpiresAt, makeAuthorizationId(now), now)
  const { userId, clientId, authorizationId } = grant
  const { client } = approved
  const published = client.registeredBy === 'document' ? putPublishedClient(db, client, now) : []
  const agreed = approved.remember ? remembering(db, approved, reference, now) : []
  const { pushed } = approved
  const isOpen = pushed === undefined ? always : isPushed(pushed)
  const { sessionIdle, refreshIdle } = lifetimesFor(client.policy, config.lifetimes)
  // Until its session and its refresh token end, as far as is known: it is in an index, which redeeming leaves alone.
  const keptUntil = Math.max(
    approved.session.lastSeenAt + sessionIdle,
    client.openid.refreshTokens ? grant.codeExpiresAt + refreshIdle : 0,
  )
  // In the background: until the copy exists, the code is redeemed from D1.
  inBackground('copy_code', putCodeCopy(codes, hash, grant, now))
  const { inserted } = await write(db, [...published, ...agreed], {
    inserted: hasChanged(insertAuthorization(db, grant, hash, keptUntil, now, isOpen)),
    ...(pushed && {
      completed: hasChanged(deletePushedRequest(db, pushed, isAuthorized(authorizationId))),
    }),
  })
  // It may also have been written by the first of two executions, whose answer was lost.
  const isWritten = inserted || (await read(db, { found: hasAuthorization(db, authorizationId) })).found
  if (isTimeToLook(db, `${userId} ${clientId}`)) {
    const most = config.quotas.authorizations
    inBackground('forget_authorizations', forgetBeyond(db, { userId, clientId }, most, now))
  }
  return isWritten ? code : undefined
}

/** The person refused: a request that the client pushed is completed by that, too. */
export async function completeRefused(db: D1Database, pushed: RequestUriHash): Promise<void> {
  await write(db, [deletePushedRequest(db, pushed, always)], {})
}

/** One of this many authorizations of one person and client checks for those over the limit. */
const lookEvery = 50

/** The number issued by this isolate since the last check, by person and client. Per binding: two databases never mix. */
const kept = new WeakMap<D1Database, Map<string, number>>()

/** Number of entries that an isolate remembers. */
const mostCounts = 1000

/**
 * Counted in the isolate, so that a script that signs in repeatedly is noticed without a write per sign-in; and by chance, for
 * requests spread over many isolates.
 */
function isTimeToLook(db: D1Database, who: string): boolean {
  const counts = kept.get(db) ?? new Map<string, number>()
  kept.set(db, counts)
  const issued = (counts.get(who) ?? 0) + 1
  const looks = issued >= lookEvery || Math.random() < 1 / lookEvery
  if (counts.size >= mostCounts) counts.clear()
  if (looks) counts.delete(who)
  else counts.set(who, issued)
  return looks
}

function grantOf(
  { client, destination, checked, session }: Approved,
  codeExpiresAt: Seconds,
  authorizationId: string,
  now: Seconds,
): CodeGrant {
  const { request, userinfoClaims, idTokenClaims } = checked
  const { scope, resources } = request.granted
  const { sid, amr, idp } = session
  const acr = acrOf(amr, request.acrValues)
  return {
    authorizationId,
    clientId: client.id,
    userId: session.user.id,
    scope,
    resources,
    details: request.details,
    authTime: authTimeOf(session, now),
    openid: {
      context: { sid, amr, acr, idp },
      nonce: request.nonce,
      sector: sectorFor(client),
      userinfoClaims,
      idTokenClaims,
      claimsInIdToken: idTokenClaims.length > 0 || client.openid.claimsInIdToken,
    },
    codeChallenge: request.codeChallenge,
    dpopJkt: request.dpopJkt,
    redirectUri: destination.redirectUri.uri,
    redirectUriSent: destination.sent,
    codeExpiresAt,
  }
}

/** A consent is an event, and so is the first time that a person is not asked. Each authorization is recorded by its own row. */
function remembering(db: D1Database, approved: Approved, reference: string, now: Seconds): readonly Write[] {
  const { client, consents, session } = approved
  const agreed = agreedConsent(approved)
  const others = consents.filter(({ redirectHost }) => redirectHost !== agreed.redirectHost)
  const everywhere = others.reduce((scope, other) => unionScope(scope, other.scope), agreed.scope)
  const who = { userId: session.user.id, clientId: client.id }
  const event = {
    ...who,
    id: randomText(16),
    type: 'consent_given',
    reference,
    detail: consentDetail(agreed),
  } as const
  const only = approved.remember === 'agreed' ? always : hasNoConsent(who.userId, who.clientId)
  return [
    ...noteEvent(db, event, now, only),
    ...putConsent(db, { ...who, consent: agreed, scope: everywhere }, now),
  ]
}

/**
 * Scopes accumulate while the person sees the same application; a changed name starts over. Without a question no host was
 * shown: once the client is no longer first-party, the person is asked.
 */
function agreedConsent(approved: Approved): Consent {
  const { client, destination, checked, consents, remember } = approved
  const { consentScope } = checked
  const { name: clientName, trust } = client
  const { uri } = destination.redirectUri
  const isAsked = remember !== 'unasked'
  const asked = approved.isForDevelopment ? developmentHost : rememberedHost(uri)
  const redirectHost = isAsked ? asked : ''
  const before = isAsked
    ? consentFor(consents, client, asked)
    : consents.find((consent) => consent.redirectHost === '')
  return { clientName, redirectHost, trust, scope: unionScope(before?.scope ?? [], consentScope) }
}
