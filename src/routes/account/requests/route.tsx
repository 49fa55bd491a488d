import { approveDevice, denyDevice } from '../../../acts/requests/answer-device.ts'
import { findLookalike } from '../../../http/clients/lookalike.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { receiveForm, requireSession } from '../../../http/sign-in/require-session.ts'
import { ownerShownTo } from '../../../rules/clients/owner.ts'
import { isRefusal } from '../../../rules/refusal.ts'
import {
  type ExplainedDetail,
  explainWaiting,
  typesOf,
} from '../../../rules/requests/authorization-details.ts'
import { checkScope, type ScopeDefinition, scopeOf } from '../../../rules/requests/scope.ts'
import { hasFactor, hasTwoFactors } from '../../../rules/sign-in/step-up.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { type Shown, shownMark, wasShown } from '../../../secrets/shown.ts'
import { findOwnedClient, type OwnedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import { findWaitingRequest, type WaitingRequest } from '../../../store/requests/backchannel-requests.ts'
import { findDetailTypes } from '../../../store/requests/detail-type.ts'
import { findScopes } from '../../../store/requests/known-scopes.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { NothingWaitsPage, RequestPage } from './page.tsx'

/** GET /account/requests: the oldest request of an application that asks the person to sign in to it (CIBA Core §7.1). */
export async function get(c: Context<'account' | 'start'>): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : show(c, session, undefined)
}

/** POST /account/requests: `decision` about the `request`. The first answer counts. */
export async function post(c: Context<'account' | 'start'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, pairs, attempt } = received
  if (attempt === undefined) return show(c, session, staleForm(c))
  const found = await findAsking(c, session, pairs.get('request') ?? '')
  const t = siteFor(c, session).texts.account.requests
  if (found === undefined) return show(c, session, t.over)
  const factor = needFactor(c, session, found.owned)
  if (factor !== undefined) return factor
  const decision = pairs.get('decision')
  const isYes = decision === 'authorize'
  if (!isYes && decision !== 'cancel') return show(c, session, staleForm(c))
  if (isYes && !wasShown(c.var.config.keyRing, pairs.get('shown'), shownOf(session, found)))
    return show(c, session, c.var.messages.consent.changed)

  const { now, reference } = c.var
  const answer = {
    device: found.waiting,
    client: found.owned.client,
    session,
    scope: scopeOf(found.scopes),
    attemptId: attempt.id,
    // Derived from the form, so that it is the same when the form is sent twice.
    authorizationId: attempt.newClientId,
    reference,
  }
  const done = await (isYes ? approveDevice : denyDevice)(c.env.DB, answer, now)
  if (!done) return show(c, session, t.over)
  return c.redirect(pathWith(c.var.paths.accountRequests, { answered: isYes ? 'approved' : 'denied' }), 303)
}

interface Asking {
  readonly waiting: WaitingRequest
  readonly owned: OwnedClient
  readonly scopes: readonly ScopeDefinition[]
  readonly items: readonly ExplainedDetail[]
}

async function findAsking(
  c: Context<'account' | 'start'>,
  session: Session,
  hash: string | undefined,
): Promise<Asking | undefined> {
  const { DB } = c.env
  const { waiting } = await read(DB, { waiting: findWaitingRequest(DB, session.user.id, hash, c.var.now) })
  if (waiting === undefined) return undefined
  const { clientId, scope, details } = waiting.request
  const { owned, known, types } = await read(DB, {
    owned: findOwnedClient(DB, clientId),
    known: findScopes(DB, scope),
    types: findDetailTypes(DB, typesOf(details)),
  })
  if (owned === undefined || owned.client.suspendedAt !== undefined) return undefined
  // The application may have lost a scope, or a type of authorization details, since its request.
  const scopes = checkScope(scope, known, owned.client, c.var)
  const items = explainWaiting(details, types, owned.client.openid.detailTypes)
  return isRefusal(scopes) || isRefusal(items) ? undefined : { waiting, owned, scopes, items }
}

/** An application that requires two factors requires them here, too. */
function needFactor(c: Context, session: Session, { client }: OwnedClient): Response | undefined {
  if (!client.openid.needsTwoFactors || hasTwoFactors(session.amr)) return undefined
  const { paths } = c.var
  const next = paths.accountRequests
  return hasFactor(session)
    ? c.redirect(pathWith(paths.login, { next, again: 'factor' }), 303)
    : c.redirect(pathWith(paths.secondFactor, { next }), 303)
}

function shownOf(session: Session, { waiting, owned, scopes, items }: Asking): Shown {
  const { client, logo } = owned
  const owner = ownerShownTo(session.user.id, owned)
  return { client, logo, owner, userId: session.user.id, destination: waiting.hash.sha256, scopes, items }
}

async function show(
  c: Context<'account' | 'start'>,
  session: Session,
  problem: string | undefined,
): Promise<Response> {
  const found = await findAsking(c, session, undefined)
  const site = siteFor(c, session)
  const said = c.req.query('answered')
  const answered = said === 'approved' || said === 'denied' ? said : undefined
  if (found === undefined) {
    const page = <NothingWaitsPage site={site} answered={answered} problem={problem} />
    return showPage(c, page, problem === undefined ? 200 : 404)
  }
  const { waiting, owned, scopes, items } = found
  const { client, logo } = owned
  const owner = ownerShownTo(session.user.id, owned)
  const page = (
    <RequestPage
      site={site}
      client={{ id: client.id, name: client.name, trust: client.trust, logo, owner }}
      lookalike={await findLookalike(c, client)}
      request={waiting.hash.sha256}
      message={waiting.bindingMessage}
      place={waiting.place}
      granted={scopes}
      items={items}
      shown={shownMark(c.var.config.keyEncryptionSecret, shownOf(session, found))}
      attempt={makeAttempt()}
      answered={answered}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 409)
}
