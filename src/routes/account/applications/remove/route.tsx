import { takeBackConsent } from '../../../../acts/requests/own-consents.ts'
import { clientIdOf } from '../../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { doingOf } from '../../../../http/sign-in/asking.ts'
import { readForViewer, receiveForm, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findConnectedClient } from '../../../../store/requests/connected-clients.ts'
import { RemovePage } from './page.tsx'

/** GET /account/applications/{client_id}/remove asks. */
export function get(c: Context<'account'>): Promise<Response> {
  return ask(c, undefined)
}

/** POST …/remove: deletes the consent, and ends every authorization based on it. */
export async function post(c: Context<'account'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt } = received
  if (attempt === undefined) return ask(c, staleForm(c))
  const isDone = await takeBackConsent(doingOf(c, { session, attempt }), clientIdOf(c))
  if (!isDone) return showNothing(c, session)
  return c.redirect(pathWith(c.var.paths.accountApplications, { removed: clientIdOf(c) }), 303)
}

async function ask(c: Context<'account'>, problem: string | undefined): Promise<Response> {
  const answer = await readForViewer(c, (DB, viewer) => ({
    client: findConnectedClient(DB, viewer, clientIdOf(c), c.var.now),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  if (found.client === undefined) return showNothing(c, session)
  const minutes = Math.ceil(c.var.config.lifetimes.accessToken / 60)
  const site = siteFor(c, session)
  const page = (
    <RemovePage
      site={site}
      client={found.client}
      minutes={minutes}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
