import { write } from '../../store/database.ts'
import { findMailTokenUse } from '../../store/people/mail-tokens.ts'
import { type PasswordReset, replacePasswordByLink } from '../../store/sign-in/password-resets.ts'
import type { Seconds } from '../../values/time.ts'

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
