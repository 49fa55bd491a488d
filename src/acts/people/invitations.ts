import { hasAuditEvent, insertAdminEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import type { Act } from '../../store/guards.ts'
import {
  deleteInvitation,
  insertInvitation,
  isOpenInvitation,
  type NewInvitation,
} from '../../store/people/invitations.ts'
import type { Seconds } from '../../values/time.ts'

/**
 * Lets somebody sign up. False when the actor is no administrator any more. The same attempt later does not bring back an
 * invitation that was withdrawn.
 */
export async function invite(
  db: D1Database,
  act: Act,
  invitation: NewInvitation,
  reference: string,
  now: Seconds,
): Promise<boolean> {
  const event = { type: 'invitation_sent', reference, target: invitation.email } as const
  const { noted } = await write(
    db,
    [insertInvitation(db, act, invitation, now), insertAdminEvent(db, act, event, now)],
    { noted: hasAuditEvent(db, act.attemptId) },
  )
  return noted
}

/** Its link is dead from then on. False when there is nothing to withdraw, or the actor is no administrator any more. */
export async function withdrawInvitation(
  db: D1Database,
  act: Act,
  invitation: { readonly id: string; readonly email: string },
  reference: string,
  now: Seconds,
): Promise<boolean> {
  const { id, email: target } = invitation
  const event = { type: 'invitation_withdrawn', reference, target } as const
  const { noted } = await write(
    db,
    [insertAdminEvent(db, act, event, now, isOpenInvitation(id)), deleteInvitation(db, act, id, now)],
    { noted: hasAuditEvent(db, act.attemptId) },
  )
  return noted
}
