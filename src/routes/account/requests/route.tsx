import { type Context, pathWith } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import {
  answerWaiting,
  asProps,
  needFactor,
  shownWaiting,
  stillWaiting,
  type Waiting,
} from '../../../http/requests/waiting.ts'
import { receiveForm, requireSession } from '../../../http/sign-in/require-session.ts'
import { typesOf } from '../../../rules/requests/authorization-details.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { wasShown } from '../../../secrets/shown.ts'
import { findOwnedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import { listWaitingRequests, type WaitingRequest } from '../../../store/requests/backchannel-requests.ts'
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
  const factor = needFactor(c, session, found, c.var.paths.accountRequests)
  if (factor !== undefined) return factor
  const decision = pairs.get('decision')
  const isYes = decision === 'authorize'
  if (!isYes && decision !== 'cancel') return show(c, session, staleForm(c))
  if (isYes && !wasShown(c.var.config.keyRing, pairs.get('shown'), shownWaiting(session, found)))
    return show(c, session, c.var.messages.consent.changed)

  const done = await answerWaiting(c, session, found, attempt, isYes)
  if (!done) return show(c, session, t.over)
  return c.redirect(pathWith(c.var.paths.accountRequests, { answered: isYes ? 'approved' : 'denied' }), 303)
}

/** The first one that may still be answered: others don't hide it. */
async function findAsking(
  c: Context<'account' | 'start'>,
  session: Session,
  hash: string | undefined,
): Promise<Waiting<WaitingRequest> | undefined> {
  const { DB } = c.env
  const { all } = await read(DB, { all: listWaitingRequests(DB, session.user.id, hash, c.var.now) })
  for (const waiting of all) {
    const found = await stillAsking(c, waiting)
    if (found !== undefined) return found
  }
  return undefined
}

async function stillAsking(
  c: Context,
  waiting: WaitingRequest,
): Promise<Waiting<WaitingRequest> | undefined> {
  const { DB } = c.env
  const { clientId, scope, details } = waiting.request
  const { owned, ...known } = await read(DB, {
    owned: findOwnedClient(DB, clientId),
    scopes: findScopes(DB, scope),
    types: findDetailTypes(DB, typesOf(details)),
  })
  return stillWaiting(c, waiting, owned, known)
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
  const { waiting } = found
  const page = (
    <RequestPage
      site={site}
      {...(await asProps(c, session, found))}
      request={waiting.hash.sha256}
      message={waiting.bindingMessage}
      attempt={makeAttempt()}
      answered={answered}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 409)
}
