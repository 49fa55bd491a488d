import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { claimLink, findMailTokenUse, linkIsMine, replaceMailToken } from '../../store/people/mail-tokens.ts'
import { type PasswordReset, replacePasswordByLink } from '../../store/sign-in/password-resets.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Formless } from '../act.ts'

/** Makes the link by which somebody chooses a new password. For an unknown account the same statements run, and change nothing. */
export async function offerReset(
  { db, reference, now }: Formless,
  user: { readonly id: string; readonly email: string } | undefined,
  hash: SecretHash<'mail'>,
): Promise<void> {
  const { id: userId, email } = user ?? { id: '', email: '' }
  const token = { hash, purpose: 'password_reset', userId, email } as const
  const id = randomText(16)
  const event = { id, type: 'password_reset_requested', reference, userId: user?.id } as const
  const only = linkIsMine(hash, id)
  const writes = [claimLink(db, hash, id, now), ...replaceMailToken(db, token, now, only)]
  await write(db, [...writes, ...noteEvent(db, event, now, only, 1)], {})
}

/** A new password through a mailed link. Returns the user id; undefined when the link is invalid, or may not do it. */
export async function resetPassword(
  db: D1Database,
  reset: PasswordReset,
  now: Seconds,
): Promise<string | undefined> {
  const { userId } = await write(db, replacePasswordByLink(db, reset, now), {
    userId: findMailTokenUse(db, reset.use),
  })
  return userId
}
