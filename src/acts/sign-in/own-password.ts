import type { Write } from '../../store/database.ts'
import { isStillPassword, type PasswordChange, replacePassword } from '../../store/sign-in/password-change.ts'
import { carryOut, type Doing, noteOwn } from '../act.ts'

/**
 * A person changes their password, or sets the first one. `forgiven`: the attempt with the old one, which was right. False:
 * another change with the same password was faster.
 */
export function changePassword(
  doing: Doing,
  change: PasswordChange,
  forgiven: readonly Write[],
): Promise<boolean> {
  const only = isStillPassword(change.verified)
  return carryOut(doing, [
    ...forgiven,
    noteOwn(doing, { type: 'password_changed', only }),
    ...replacePassword(doing.db, change, doing.now),
  ])
}
