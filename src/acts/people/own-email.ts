import { hasAuditEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { confirmEmail, replaceEmail } from '../../store/people/email-changes.ts'
import { findMailTokenUse, type MailTokenUse } from '../../store/people/mail-tokens.ts'
import { type Doing, type Formless, noteOwn } from '../act.ts'

/** Without a mailer, an address is stored as typed, and counts as unverified. */
export async function saveUnprovenEmail(doing: Doing, email: string): Promise<void> {
  const { db, act, now } = doing
  const writes = [...replaceEmail(db, act.actorId, email, now), noteOwn(doing, { type: 'email_changed' })]
  await write(db, writes, {})
}

/** A link that was mailed to an address, opened by its owner. */
export interface UsedEmailLink extends MailTokenUse {
  readonly userId: string
  readonly email: string
}

/** `dead`: the link was used before, or is too old. `taken`: another account has confirmed the address first. */
export async function confirmOwnEmail(
  { db, reference, now }: Formless,
  use: UsedEmailLink,
): Promise<'confirmed' | 'dead' | 'taken'> {
  const { userId, isConfirmed } = await write(db, confirmEmail(db, use, reference, now), {
    userId: findMailTokenUse(db, use),
    isConfirmed: hasAuditEvent(db, use.attemptId),
  })
  if (userId === undefined) return 'dead'
  return isConfirmed ? 'confirmed' : 'taken'
}
