import {
  deleteInvitation,
  insertInvitation,
  isOpenInvitation,
  type NewInvitation,
} from '../../store/people/invitations.ts'
import { change, type Doing, end } from '../act.ts'

/** Allows a person to sign up. The same form sent later does not restore a withdrawn invitation. */
export function invite(doing: Doing, invitation: NewInvitation): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'invitation_sent', target: invitation.email } as const
  return change(doing, event, insertInvitation(db, act, invitation, now))
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
