import { hasAuditEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import {
  deleteInvitation,
  insertInvitation,
  isBelowLimit,
  isOpenInvitation,
  mayBeInvited,
  type NewInvitation,
} from '../../store/people/invitations.ts'
import { type Doing, end, noteOf } from '../act.ts'

/**
 * Allows a person to sign up. The same form sent later does not restore a withdrawn invitation.
 * `enough`: the address was sent as many as it may get in a day. `refused`: the actor may not.
 */
export async function invite(
  doing: Doing,
  invitation: NewInvitation,
): Promise<'invited' | 'enough' | 'refused'> {
  const { db, act, now } = doing
  const only = mayBeInvited(invitation, now)
  const event = { type: 'invitation_sent', target: invitation.email, only } as const
  const { noted, open } = await write(
    db,
    [...insertInvitation(db, act, invitation, now), noteOf(doing, event)],
    {
      noted: hasAuditEvent(db, act.attemptId),
      open: isBelowLimit(db, invitation, now),
    },
  )
  if (noted) return 'invited'
  return open ? 'refused' : 'enough'
}

/** Invalidates the link. False, too, when there is nothing to withdraw. */
export function withdrawInvitation(
  doing: Doing,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'invitation_withdrawn', target: email, only: isOpenInvitation(id) } as const
  return end(doing, event, deleteInvitation(db, act, id, now))
}
