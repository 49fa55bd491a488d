import type { Child } from 'hono/jsx'
import { completeRefused, issueCode } from '../../acts/requests/issue-code.ts'
import { findLookalike } from '../../http/clients/lookalike.ts'
import { findClientNow } from '../../http/clients/metadata-document.ts'
import { refuseUnpublished } from '../../http/clients/unpublished-page.ts'
import { type Context, pathWith } from '../../http/context.ts'
import { readPageForm, sendOn } from '../../http/form-body.ts'
import { isOwnForm, whyNotOwn } from '../../http/form-token.ts'
import { inBackground, note } from '../../http/log.ts'
import { readIdTokenHint } from '../../http/openid/id-token-hint.ts'
import { refusePage, showPage, siteFor } from '../../http/pages.tsx'
import { sayParameter } from '../../http/problems.ts'
import { readAuthorizationRequest } from '../../http/requests/asked.ts'
import { pendingPath, readPendingQuery } from '../../http/requests/received.ts'
import { verifyObject } from '../../http/requests/request-object.ts'
import { answerSigner } from '../../http/requests/signed-answer.ts'
import { outdatedText } from '../../http/sign-in/outdated-form.ts'
import { noteUse, presentedSession } from '../../http/sign-in/session.ts'
import { isRefusal, type Refusal } from '../../rules/refusal.ts'
import { type Decision, nextStep } from '../../rules/requests/next-step.ts'
import { isOwnInDevelopment } from '../../rules/requests/redirect-uri.ts'
import { needsTwoFactors } from '../../rules/sign-in/step-up.ts'
import { hashSecret } from '../../secrets/secret.ts'
import { shownMark, wasShown } from '../../secrets/shown.ts'
import { withOwner } from '../../store/clients/clients.ts'
import { none, read } from '../../store/database.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { ApprovalPage } from './approval-page.tsx'
import { checkAuthorizationRequest, findDestination } from './check-request.ts'
import { knownSession, readFacts } from './facts.ts'
import { FormPostPage } from './form-post-page.tsx'
import { CorrectionDetail } from './owner-detail.tsx'
import { Question } from './question.tsx'
import { RefusedPage } from './refused-page.tsx'
import { shownOf } from './shown.ts'
import { type Untrusted, untrustedTexts } from './untrusted.ts'
import { errorOf, type WayBack, wayBack } from './way-back.ts'

/** GET /o/authorize: the one dispatcher. Every other step returns here. */
export function get(c: Context): Promise<Response> {
  return dispatch(c, undefined)
}

/**
 * POST /o/authorize. With a `decision` it is our consent form; the request itself is in the URL. Otherwise it is an
 * authorization request by POST (OIDC Core §3.1.2.1), sent on as GET: only then does the browser send the Lax session cookie.
 */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const decision = pairs.get('decision')
  if (decision === null) return sendOn(c, c.var.paths.authorize, pairs)
  if (!isOwnForm(c, pairs)) {
    const { failure } = c.var.messages
    // Another tab signed in or out: the same request again, for the person who is signed in now.
    if (whyNotOwn(c) === 'outdated') return dispatch(c, undefined, undefined, outdatedText(c))
    return refusePage(c, undefined, 403, failure.staleForm, outdatedText(c), { explained: 'staleForm' })
  }
  return dispatch(
    c,
    decision === 'authorize' ? 'authorize' : 'cancel',
    pairs.get('shown') ?? '',
    undefined,
    pairs.has('remember'),
  )
}

/** `agreedTo`: the fingerprint in the consent form. `notice`: why the question is asked again. `remembers`: the box in the form is ticked. */
async function dispatch(
  c: Context,
  answer: Decision | undefined,
  agreedTo: string | undefined = undefined,
  notice: string | undefined = undefined,
  remembers = false,
): Promise<Response> {
  const { query, receivedAt } = readPendingQuery(c)
  const received = await readAuthorizationRequest(c, query)
  if (received === undefined) return untrusted(c, undefined, { untrusted: 'expired' })
  const { asked: inside, pushed, sent } = received
  const { DB, CODES } = c.env
  const { config, now, paths } = c.var
  const presented = presentedSession(c)
  const known = await readFacts(DB, inside, presented && hashSecret(presented), config.lifetimes, now)
  const owned = await findClientNow(c, inside.parameters.get('client_id'), known)
  if (owned !== undefined && 'unpublished' in owned)
    return known.session === undefined ? signInFirst(c) : refuseUnpublished(c, known.session, owned)
  const facts = { ...known, owned }
  // The time when it arrived: people may take longer to sign in than the object is valid.
  const at = receivedAt ?? now
  const asked = sent === undefined ? inside : await verifyObject(c, inside, sent, owned?.client, at)
  const { session, consents } = facts
  noteUse(c, session)
  if (facts.owned !== undefined) note(c, { client: facts.owned.client.id })

  const found = findDestination(asked, facts.owned?.client)
  if ('untrusted' in found) {
    const site = siteFor(c, session)
    return untrusted(c, session, found, <CorrectionDetail site={site} asked={asked} facts={facts} />)
  }
  const { client, destination } = found
  const sign = await answerSigner(c, client, destination.mode)
  if (isRefusal(sign)) return untrusted(c, session, { untrusted: 'unencryptable', reason: sign.reason })
  const readHint = (hint: string) => readIdTokenHint(c, hint)
  const checked = await checkAuthorizationRequest(asked, facts, client, c.var, readHint)
  /** `prompt=none` comes from a hidden frame (RFC 9700 §4.11.2 exempts it). */
  const isSilent = asked.parameters.get('prompt') === 'none'
  const mayRedirect = session !== undefined || client.trust !== 'unverified' || isSilent
  const wayWith = (answer: Record<string, string>) => wayBack(c.var.issuer, destination, answer, sign)
  const refuseRequest = async (refusal: Refusal) => {
    note(c, { error: refusal.refused, reason: refusal.reason })
    const back = await wayWith(errorOf(refusal))
    if (mayRedirect) return redirectToClient(c, back)
    const about = { client, destination, refusal, back }
    return showPage(c, <RefusedPage site={siteFor(c, undefined)} {...about} />, 400)
  }
  if (isRefusal(checked)) {
    const { approval } = client
    if (approval === undefined || isSilent) return refuseRequest(checked)
    note(c, { error: checked.refused, reason: checked.reason })
    const about = { client, approval, destination, back: await wayWith(errorOf(checked)) }
    return showPage(c, <ApprovalPage site={siteFor(c, session)} {...about} />, 403)
  }

  const { request, consentScope: scope, meant } = checked
  const redirectUri = destination.redirectUri.uri
  const who = await knownSession(DB, config.keyRing, client, session)
  const owner = facts.owned === undefined ? none : withOwner(DB, facts.owned)
  const changed =
    answer === 'authorize' &&
    !wasShown(
      config.keyRing,
      agreedTo,
      shownOf(session, (await read(DB, { owner })).owner, destination, checked),
    )
  const decision = changed ? undefined : answer
  const isOwn = isOwnInDevelopment(redirectUri, c.var.issuer, client, session?.user.id)
  const step = nextStep(
    {
      request,
      scope,
      client,
      redirectUri,
      session: who,
      needsTwoFactors:
        client.openid.needsTwoFactors ||
        (session !== undefined && needsTwoFactors(config.secondFactor, session.user.role)),
      consents,
      decision,
      isOwnInDevelopment: isOwn,
      meant,
      receivedAt,
    },
    now,
  )
  switch (step.step) {
    case 'set-up': {
      const next = pendingPath(c, query, step.receivedAt)
      return c.redirect(pathWith(paths.secondFactor, { next }), 303)
    }
    case 'login': {
      const next = pendingPath(c, query, step.receivedAt)
      if (step.factor) return c.redirect(pathWith(paths.login, { next, again: 'factor' }), 303)
      // Initiating User Registration 1.0 §4.1: `create` requests a new account, where sign-up is open.
      const creates = request.prompt.has('create') && config.signUp === 'open'
      const path = creates ? paths.signUp : paths.login
      return c.redirect(`${path}?next=${encodeURIComponent(next)}`, 303)
    }
    case 'consent': {
      const { owned, lookalike } = await read(DB, { owned: owner, lookalike: findLookalike(c, client) })
      const site = siteFor(c, session)
      return showPage(
        c,
        <Question
          site={site}
          session={session}
          owned={owned}
          client={client}
          destination={destination}
          checked={checked}
          lookalike={lookalike}
          shown={shownMark(config.keyEncryptionSecret, shownOf(session, owned, destination, checked))}
          action={sent === undefined ? site.here : pendingPath(c, query, at)}
          notice={changed ? c.var.messages.consent.changed : notice}
        />,
        changed ? 409 : notice === undefined ? 200 : 403,
      )
    }
    case 'refuse':
      if (decision === 'cancel' && pushed !== undefined) await completeRefused(DB, pushed)
      return refuseRequest(step.refusal)
    case 'issue': {
      const issuing = {
        db: DB,
        codes: CODES,
        config,
        reference: c.var.reference,
        now,
        inBackground: (what: string, work: Promise<unknown>) => inBackground(c, what, work),
      }
      const { remember } = step
      const isForDevelopment = isOwn && remembers
      const agreed = { client, destination, checked, consents, remember, isForDevelopment, pushed }
      const approved = session && { ...agreed, session }
      const code = approved && (await issueCode(issuing, approved))
      return code === undefined
        ? untrusted(c, session, { untrusted: pushed === undefined ? 'removed' : 'expired' })
        : redirectToClient(c, await wayWith({ code: code.plain }))
    }
  }
}

/** Only a signed-in person makes this server fetch the document of a client. */
function signInFirst(c: Context) {
  const { paths, now } = c.var
  const { query, receivedAt = now } = readPendingQuery(c)
  const next = pendingPath(c, query, receivedAt)
  return c.redirect(pathWith(paths.login, { next }), 303)
}

/** RFC 6749 §4.1.2.1: neither the client nor the address can be trusted, so the person is told, and nothing is redirected. */
function untrusted(c: Context, session: Session | undefined, found: Untrusted, detail?: Child) {
  const { untrusted, problem, reason: logged = problem?.refusal.description ?? '' } = found
  const unreadable = problem === undefined ? '' : sayParameter(c, problem)
  const { title, advice, explained } = untrustedTexts(c.var.messages, found, unreadable)
  const reason = `${untrusted} ${logged}`
  return refusePage(c, session, 400, title, advice, { reason, detail, explained })
}

/** 303 after a POST, so that no browser posts the password or the decision to the client (RFC 9700 §4.12). */
function redirectToClient(c: Context, way: WayBack): Response | Promise<Response> {
  if ('fields' in way) return showPage(c, <FormPostPage site={siteFor(c, undefined)} {...way} />)
  return new Response(null, {
    status: 303,
    headers: { Location: way.location, 'Cache-Control': 'no-store' },
  })
}
