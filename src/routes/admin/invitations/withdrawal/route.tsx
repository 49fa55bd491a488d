import { type Context, pathWith } from '../../../../http/context.ts'
import { readFormBody, refuseBody } from '../../../../http/form-body.ts'
import { isOwnForm } from '../../../../http/form-token.ts'
import { requireAdministrator } from '../../../../http/sign-in/require-session.ts'
import { randomText } from '../../../../secrets/secret.ts'
import { insertAuditEvent } from '../../../../store/audit-events.ts'
import { write } from '../../../../store/database.ts'
import { deleteInvitation } from '../../../../store/people/invitations.ts'

/** POST /admin/invitations/{id}/withdrawal: its link is dead from then on. */
export async function postWithdrawal(c: Context): Promise<Response> {
  const session = await requireAdministrator(c)
  if (session instanceof Response) return session
  const body = await readFormBody(c)
  if (!body.ok) return refuseBody(c, session, body)
  const { adminInvitations } = c.var.paths
  if (!isOwnForm(c, body.pairs)) return c.redirect(adminInvitations, 303)
  const { DB } = c.env
  const { now, reference } = c.var
  const event = {
    id: randomText(16),
    type: 'invitation_withdrawn',
    reference,
    userId: session.user.id,
  } as const
  const id = c.req.param('id') ?? ''
  await write(DB, [deleteInvitation(DB, id), insertAuditEvent(DB, event, now)], {})
  return c.redirect(pathWith(adminInvitations, { withdrawn: '' }), 303)
}
