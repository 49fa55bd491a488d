import { withdrawInvitation } from '../../../../acts/people/invitations.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { readPageForm } from '../../../../http/form-body.ts'
import { isOwnForm } from '../../../../http/form-token.ts'
import { requireSession } from '../../../../http/sign-in/require-session.ts'
import { randomText } from '../../../../secrets/secret.ts'
import { read } from '../../../../store/database.ts'
import { findOpenInvitation } from '../../../../store/people/invitations.ts'

/** POST /admin/invitations/{id}/withdrawal: invalidates its link. */
export async function post(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const pairs = await readPageForm(c, session)
  if (pairs instanceof Response) return pairs
  const { adminInvitations } = c.var.paths
  if (!isOwnForm(c, pairs)) return c.redirect(adminInvitations, 303)
  const { DB } = c.env
  const { now, reference } = c.var
  const { invitation } = await read(DB, { invitation: findOpenInvitation(DB, c.req.param('id') ?? '') })
  const act = { actorId: session.user.id, attemptId: randomText(16) }
  const doing = { db: DB, act, reference, now }
  const withdrawn = invitation !== undefined && (await withdrawInvitation(doing, invitation))
  return c.redirect(withdrawn ? pathWith(adminInvitations, { withdrawn: '' }) : adminInvitations, 303)
}
