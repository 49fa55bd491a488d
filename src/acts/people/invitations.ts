import {
  deleteInvitation,
  insertInvitation,
  isOpenInvitation,
  type NewInvitation,
} from '../../store/people/invitations.ts'
import { change, type Doing, end } from '../act.ts'

/** Lets somebody sign up. The same form later does not bring back an invitation that was withdrawn. */
export function invite(doing: Doing, invitation: NewInvitation): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'invitation_sent', target: invitation.email } as const
  return change(doing, event, insertInvitation(db, act, invitation, now))
}

/** Its link is dead from then on. False, too, when there is nothing to withdraw. */
export function withdrawInvitation(
  doing: Doing,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<boolean> {
  const { db, act, now } = doing
  const event = { type: 'invitation_withdrawn', target: email, only: isOpenInvitation(id) } as const
  return end(doing, event, deleteInvitation(db, act, id, now))
}
