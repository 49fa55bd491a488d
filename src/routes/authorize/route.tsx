import type { Child } from 'hono/jsx'
import { saltFor } from '../../acts/server/kept-keys.ts'
import { findLookalike } from '../../http/clients/lookalike.ts'
import { isPublished, readPublished, type Unpublished } from '../../http/clients/metadata-document.ts'
import { type Context, pathWith } from '../../http/context.ts'
import { readFormBody, refuseBody } from '../../http/form-body.ts'
import { isOwnForm, whyNotOwn } from '../../http/form-token.ts'
import { note } from '../../http/log.ts'
import { mayRegister, onceMore, refusePage, showPage, siteFor } from '../../http/pages.tsx'
import { sayParameter } from '../../http/problems.ts'
import { readAuthorizationRequest } from '../../http/requests/asked.ts'
import { noteReceived, readPendingQuery } from '../../http/requests/received.ts'
import { outdatedText } from '../../http/sign-in/outdated-form.ts'
import { noteUse } from '../../http/sign-in/session.ts'
import type { Client } from '../../rules/clients/client.ts'
import { ownerShownTo } from '../../rules/clients/owner.ts'
import { reachedAcr } from '../../rules/openid/id-token.ts'
import { sectorFor, subjectIn } from '../../rules/openid/subject.ts'
import { isRefusal, type Refusal } from '../../rules/refusal.ts'
import type { Asked } from '../../rules/requests/asked.ts'
import type { Destination } from '../../rules/requests/destination.ts'
import { type Decision, type KnownSession, nextStep } from '../../rules/requests/next-step.ts'
import { redirectHost, redirectKind } from '../../rules/requests/redirect-uri.ts'
import { hasFactor, needsTwoFactors } from '../../rules/sign-in/step-up.ts'
import { type Shown, shownMark, wasShown } from '../../secrets/shown.ts'
import { write } from '../../store/database.ts'
import { deletePushedRequest, type RequestUriHash } from '../../store/requests/pushed-requests.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { always } from '../../store/sql.ts'
import {
  type CheckedRequest,
  checkAuthorizationRequest,
  findDestination,
  type Untrusted,
} from './check-request.ts'
import { ConsentPage } from './consent-page.tsx'
import { type KnownFacts, readFacts } from './facts.ts'
import { issueCode } from './issue-code.ts'
import { ClientIdDetail, OwnerDetail } from './owner-detail.tsx'
import { redirectToClient, refuseToClient, showApproval, showRefusal } from './redirect-to-client.tsx'

/** GET /o/authorize: the one dispatcher. Every other step returns here. */
export function get(c: Context): Promise<Response> {
  return dispatch(c, undefined)
}

/**
 * POST /o/authorize. With a `decision` it is our consent form; the request itself is in the URL. Otherwise it is an
 * authorization request by POST (OIDC Core §3.1.2.1), sent on as GET: only then does the browser send the Lax session cookie.
 */
export async function post(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) return refuseBody(c, undefined, body)
  const { pairs } = body
  const decision = pairs.get('decision')
  if (decision === null) return c.redirect(`${c.var.paths.authorize}?${pairs}`, 303)
  if (!isOwnForm(c, pairs)) {
    const { failure } = c.var.messages
    // Another tab signed in or out: the same request again, for the person who is signed in now.
    if (whyNotOwn(c) === 'outdated') return dispatch(c, undefined, undefined, outdatedText(c))
    return refusePage(c, undefined, 403, failure.staleForm, outdatedText(c))
  }
  return dispatch(c, decision === 'authorize' ? 'authorize' : 'cancel', pairs.get('shown') ?? '')
}

/** `agreedTo`: the fingerprint in the consent form. `notice`: why the question is asked again. */
async function dispatch(
  c: Context,
  answer: Decision | undefined,
  agreedTo: string | undefined = undefined,
  notice: string | undefined = undefined,
): Promise<Response> {
  const { query, receivedAt } = readPendingQuery(c)
  const received = await readAuthorizationRequest(c, query)
  if (received === undefined) return untrusted(c, undefined, { untrusted: 'expired' })
  const { asked, pushed } = received
  const known = await readFacts(c, asked)
  const facts = await withPublished(c, asked, known)
  if ('unpublished' in facts) return refuseUnpublished(c, known.session, facts)
  const { session, consents } = facts
  noteUse(c, session)
  if (facts.owned !== undefined) note(c, { client: facts.owned.client.id })

  const found = findDestination(asked, facts.owned?.client)
  if ('untrusted' in found) return untrusted(c, session, found, detailFor(c, asked, facts))
  const { client, destination } = found
  const checked = await checkAuthorizationRequest(c, asked, facts, client)
  /** `prompt=none` comes from a hidden frame (RFC 9700 §4.11.2 exempts it). */
  const isSilent = asked.parameters.get('prompt') === 'none'
  const mayRedirect = session !== undefined || client.trust !== 'unverified' || isSilent
  const refuseRequest = (refusal: Refusal) =>
    mayRedirect ? refuseToClient(c, destination, refusal) : showRefusal(c, client, destination, refusal)
  if (isRefusal(checked)) {
    const { approval } = client
    if (approval === undefined || isSilent) return refuseRequest(checked)
    return showApproval(c, session, client, approval, destination, checked)
  }

  const { request, consentScope: scope, meant } = checked
  const redirectUri = destination.redirectUri.uri
  const who = await knownSession(c, client, session)
  const changed =
    answer === 'authorize' && !wasShown(c.var.config.keyRing, agreedTo, shownOf(facts, destination, checked))
  const decision = changed ? undefined : answer
  const step = nextStep(
    {
      request,
      scope,
      client,
      redirectUri,
      session: who,
      needsTwoFactors:
        client.openid.needsTwoFactors ||
        (session !== undefined && needsTwoFactors(c.var.config.secondFactor, session.user.role)),
      consents,
      decision,
      meant,
      receivedAt,
    },
    c.var.now,
  )
  const { paths } = c.var
  switch (step.step) {
    case 'set-up': {
      const next = `${paths.authorize}?${noteReceived(c, query, step.receivedAt)}`
      return c.redirect(pathWith(paths.secondFactor, { next }), 303)
    }
    case 'login': {
      const next = `${paths.authorize}?${noteReceived(c, query, step.receivedAt)}`
      if (step.factor) return c.redirect(pathWith(paths.login, { next, again: 'factor' }), 303)
      // Initiating User Registration 1.0 §4.1: `create` requests a new account, where sign-up is open.
      const creates = request.prompt.has('create') && c.var.config.signUp === 'open'
      const path = creates ? paths.signUp : paths.login
      return c.redirect(`${path}?next=${encodeURIComponent(next)}`, 303)
    }
    case 'consent':
      return askConsent(c, facts, client, destination, checked, changed, notice)
    case 'refuse':
      if (decision === 'cancel' && pushed !== undefined) await forgetPushed(c, pushed)
      return refuseRequest(step.refusal)
    case 'issue': {
      const code =
        session &&
        (await issueCode(c, {
          client,
          destination,
          checked,
          session,
          consents,
          remember: step.remember,
          pushed,
        }))
      return code === undefined
        ? untrusted(c, session, { untrusted: pushed === undefined ? 'removed' : 'expired' })
        : redirectToClient(c, destination, { code: code.plain })
    }
  }
}

/**
 * A client that publishes a metadata document is as its current document describes it. Only a signed-in person makes this
 * server fetch one: until then the request waits at the sign-in page.
 */
async function withPublished(c: Context, asked: Asked, facts: KnownFacts): Promise<KnownFacts | Unpublished> {
  const clientId = asked.parameters.get('client_id')
  const { owned, session } = facts
  if (!isPublished(c, clientId) || (owned !== undefined && owned.client.registeredBy !== 'document'))
    return facts
  if (session === undefined) return { unpublished: 'unreachable', reason: 'Nobody is signed in yet' }
  const published = await readPublished(c, clientId, owned)
  return 'unpublished' in published ? published : { ...facts, owned: published }
}

function refuseUnpublished(c: Context, session: Session | undefined, { unpublished, reason }: Unpublished) {
  if (session === undefined) {
    const { paths, now } = c.var
    const { query, receivedAt = now } = readPendingQuery(c)
    const next = `${paths.authorize}?${noteReceived(c, query, receivedAt)}`
    return c.redirect(pathWith(paths.login, { next }), 303)
  }
  const { failure } = c.var.messages
  const advice = unpublished === 'unreachable' ? failure.documentUnreachable : failure.documentInvalid
  const status = unpublished === 'unreachable' ? 503 : 400
  return refusePage(c, session, status, failure.document, advice, { reason, onward: onceMore(c) })
}

async function knownSession(
  c: Context,
  client: Client,
  session: Session | undefined,
): Promise<KnownSession | undefined> {
  if (session === undefined) return undefined
  const sector = sectorFor(client)
  const salt = await saltFor(c.env.DB, c.var.config.keyRing, sector)
  const { authenticatedAt, amr, user } = session
  return {
    authenticatedAt,
    reachedAcr: reachedAcr(amr),
    hasFactor: hasFactor(session),
    subject: subjectIn(sector, user.id, salt),
  }
}

function shownOf(
  { session, owned }: KnownFacts,
  { redirectUri }: Destination,
  { explained }: CheckedRequest,
): Shown {
  return {
    userId: session?.user.id,
    client: owned?.client,
    owner: owned && ownerShownTo(session?.user.id, owned),
    logo: owned?.logo,
    destination: redirectUri.uri,
    scopes: explained,
  }
}

async function askConsent(
  c: Context,
  facts: KnownFacts,
  client: Client,
  destination: Destination,
  checked: CheckedRequest,
  changed: boolean,
  notice: string | undefined,
): Promise<Response> {
  const { session, owned } = facts
  const lookalike = await findLookalike(c, client)
  const { pathname, search } = new URL(c.req.url)
  return showPage(
    c,
    <ConsentPage
      site={siteFor(c, session)}
      action={pathname + search}
      clientId={client.id}
      applicationName={client.name}
      logo={owned?.logo}
      owner={owned && ownerShownTo(session?.user.id, owned)}
      redirectHost={redirectHost(destination.redirectUri.uri)}
      trust={client.trust}
      lookalike={lookalike}
      redirect={redirectKind(destination.redirectUri.uri)}
      granted={checked.explained}
      shown={shownMark(c.var.config.keyEncryptionSecret, shownOf(facts, destination, checked))}
      notice={changed ? c.var.messages.consent.changed : notice}
    />,
    changed ? 409 : notice === undefined ? 200 : 403,
  )
}

/** RFC 6749 §4.1.2.1: neither the client nor the address can be trusted, so the person is told, and nothing is redirected. */
function untrusted(
  c: Context,
  session: Session | undefined,
  {
    untrusted,
    problem,
  }: Untrusted | { readonly untrusted: 'removed' | 'expired'; readonly problem?: undefined },
  detail?: Child,
) {
  const { failure } = c.var.messages
  const facts = {
    unreadable: problem === undefined ? '' : sayParameter(c, problem),
    noApplication: failure.noApplicationFact,
    unknownApplication: failure.unknownApplicationFact,
    noRedirectUri: failure.noRedirectUriFact,
    unregistered: failure.unregisteredFact,
    removed: failure.removedFact,
    expired: failure.expiredFact,
  }
  const titles = {
    ...failure,
    noApplication: failure.unknownApplication,
    noRedirectUri: failure.unregistered,
  }
  const advice = `${facts[untrusted]} ${failure.untrustedAdvice}`
  return refusePage(c, session, 400, titles[untrusted], advice, {
    reason: `${untrusted} ${problem?.refusal.description ?? ''}`,
    detail,
  })
}

/** The person refused: the pushed request is completed. */
async function forgetPushed(c: Context, pushed: RequestUriHash): Promise<void> {
  const { DB } = c.env
  await write(DB, [deletePushedRequest(DB, pushed, always)], {})
}

/** More information for a person who can correct the request. */
function detailFor(c: Context, { parameters }: Asked, { session, owned }: KnownFacts): Child {
  if (session === undefined) return null
  if (owned === undefined)
    return mayRegister(c, session) ? (
      <ClientIdDetail site={siteFor(c, session)} asked={parameters.get('client_id')} />
    ) : null
  const { client } = owned
  const isTheirs = session.user.id === client.ownerId || session.user.role === 'administrator'
  if (!isTheirs) return null
  return <OwnerDetail site={siteFor(c, session)} client={client} asked={parameters.get('redirect_uri')} />
}
