import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { findClient } from '../../../../store/clients/clients.ts'
import { isClientSuspended, suspendClient } from '../../../../store/clients/policy.ts'
import { read, write } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { actOf } from '../../form.ts'
import { SuspendApplicationPage } from './page.tsx'

/** GET /admin/applications/{id}/suspension asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: `suspended` is true or false. Reversible: nothing is deleted. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt, pairs } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const act = actOf(session, attempt)
  const target = c.req.param('clientId') ?? ''
  const suspended = pairs.get('suspended') !== 'false'
  const type = suspended ? 'client_suspended' : 'client_resumed'
  const { noted } = await write(
    DB,
    [
      suspendClient(DB, act, target, suspended ? now : undefined),
      insertAdminEvent(DB, act, { type, reference, target }, now, isClientSuspended(suspended)),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  if (!noted) return showNothing(c, session)
  return c.redirect(pathWith(paths.application(target), { saved: '' }), 303)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { client } = await read(c.env.DB, { client: findClient(c.env.DB, c.req.param('clientId') ?? '') })
  if (client === undefined) return showNothing(c, session)
  const page = (
    <SuspendApplicationPage
      site={siteFor(c, session)}
      client={client}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
