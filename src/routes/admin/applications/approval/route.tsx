import { answerWaitingClient } from '../../../../acts/clients/answer-approval.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findClient } from '../../../../store/clients/clients.ts'
import { read } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { actOf } from '../../form.ts'
import { ApprovalPage } from './page.tsx'

/** GET /admin/applications/{id}/approval shows what a client registered. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: `decision`, and `seen_at`, of what the administrator was shown. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt, pairs } = form
  const decision = pairs.get('decision')
  const seenAt = Number(pairs.get('seen_at') ?? '')
  const isAnswer = decision === 'approve' || decision === 'refuse'
  if (attempt === undefined || !isAnswer || !Number.isSafeInteger(seenAt))
    return ask(c, session, staleForm(c))
  const { now, reference, paths } = c.var
  const answer = {
    act: actOf(session, attempt),
    clientId: c.req.param('clientId') ?? '',
    approved: decision === 'approve',
    seenAt,
    reference,
  }
  if (await answerWaitingClient(c.env.DB, answer, now))
    return c.redirect(pathWith(paths.adminApplications, { approval: 'waiting', answered: decision }), 303)
  return ask(c, session, siteFor(c, session).texts.admin.approval.changed)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { client } = await read(c.env.DB, { client: findClient(c.env.DB, c.req.param('clientId') ?? '') })
  if (client?.approval === undefined) return showNothing(c, session)
  const page = (
    <ApprovalPage site={siteFor(c, session)} client={client} attempt={makeAttempt()} problem={problem} />
  )
  return showPage(c, page, problem === undefined ? 200 : 409)
}
