import {
  actOnClients,
  type ClientSelection,
  clientSelections,
} from '../../../../acts/clients/selected-clients.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { chosenIn, selectedIn, targetsOf } from '../../../../http/list-page.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { OwnedClient } from '../../../../store/clients/clients.ts'
import { findSelectedClients, type Seen } from '../../../../store/clients/selected-clients.ts'
import { read } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { SelectedClientsPage } from './page.tsx'

/**
 * /admin/applications/selection: `act` and the ticked `id`. GET asks, POST does it; it takes `seen_at`, the last change of each
 * that was shown.
 */
export const { get, post } = asking({ kept: ['act', 'id'], ask, act })

async function ask(c: Context<'admin' | 'applications'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const sent = shown.typed ?? new URL(c.req.url).searchParams
  const chosen = chosenIn(sent, clientSelections)
  if (chosen === undefined) return showNothing(c, session)
  const { found } = await read(DB, { found: findSelectedClients(DB, selectedIn(sent)) })
  const isMeant = (one: OwnedClient) => makesADifference(chosen, one)
  const site = siteFor(c, session)
  const { nobody, nobodyAdvice } = site.texts.admin.selection
  if (!found.some(isMeant)) {
    const onward = { href: c.var.paths.adminApplications, text: site.texts.admin.applications.title }
    return refusePage(c, session, 400, nobody, shown.problem ?? nobodyAdvice, { onward })
  }
  const page = (
    <SelectedClientsPage
      site={site}
      act={chosen}
      chosen={found.filter(isMeant)}
      leftOut={found.filter((one) => !isMeant(one))}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, shown.problem === undefined ? 200 : 409)
}

/** As the statements decide again when it is done. */
function makesADifference(act: ClientSelection, { client }: OwnedClient): boolean {
  if (act === 'approve' || act === 'refuse') return client.approval === 'waiting'
  return client.approval === undefined && (client.suspendedAt === undefined) === (act === 'suspend')
}

async function act(c: Context<'admin' | 'applications'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const chosen = chosenIn(pairs, clientSelections)
  if (chosen === undefined) return showNothing(c, session)
  const seenAt = (pairs.get('seen_at') ?? '').split(' ').map(Number)
  const seen: Seen = selectedIn(pairs).map((id, i) => [id, seenAt[i] ?? 0])
  const done = await actOnClients(doingOf(c, form), chosen, targetsOf(form), seen)
  const { changed } = siteFor(c, session).texts.admin.approval
  if (done.length === 0) return ask(c, session, { typed: pairs, problem: changed })
  const approval = chosen === 'approve' || chosen === 'refuse' ? 'waiting' : undefined
  const place = { approval, done: chosen, number: String(done.length) }
  return c.redirect(pathWith(c.var.paths.adminApplications, place), 303)
}
