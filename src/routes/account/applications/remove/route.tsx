import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { readForViewer, receiveForm, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent } from '../../../../store/audit-events.ts'
import { write } from '../../../../store/database.ts'
import { findConnectedClient, removeConsent } from '../../../../store/requests/consents.ts'
import { RemovePage } from './page.tsx'

/** GET /account/applications/{client_id}/remove asks. */
export function get(c: Context): Promise<Response> {
  return ask(c, undefined)
}

/** POST …/remove: the consent is gone, and every authorization that rested on it has ended. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session } = received
  if (received.attempt === undefined) return ask(c, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const userId = session.user.id
  const { id: attemptId } = received.attempt
  const removal = { userId, clientId: clientIdOf(c), attemptId, reference, now }
  const { noted } = await write(DB, removeConsent(DB, removal), { noted: hasAuditEvent(DB, attemptId) })
  if (!noted) return showNothing(c, session)
  return c.redirect(pathWith(paths.accountApplications, { removed: '' }), 303)
}

async function ask(c: Context, problem: string | undefined): Promise<Response> {
  const answer = await readForViewer(c, (DB, viewer) => ({
    client: findConnectedClient(DB, viewer, clientIdOf(c)),
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

function clientIdOf(c: Context): string {
  return c.req.param('clientId') ?? ''
}
