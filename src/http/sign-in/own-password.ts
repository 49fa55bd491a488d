import { argon2id } from '../../secrets/argon2id.ts'
import { verifyPassword } from '../../secrets/passwords.ts'
import type { Write } from '../../store/database.ts'
import type { VerifiedPassword } from '../../store/people/users.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'
import { siteFor } from '../pages.tsx'
import { claimOwnPasswordAttempt, noteLockedTry, noteWrongPassword, waitNotice } from './password-try.ts'

export type OwnPassword =
  | { readonly verified: VerifiedPassword; readonly forgiven: readonly Write[] }
  | { readonly status: 400 | 429; readonly problem: string }

/**
 * Asks the signed-in person for the password again, with the growing delay of sign-in: an unattended browser must not allow
 * guessing it. Counted by session, so that strangers' failed sign-ins don't affect it.
 */
export async function checkOwnPassword(
  c: Context<'account'>,
  session: Session,
  typed: string,
): Promise<OwnPassword> {
  const attempt = await claimOwnPasswordAttempt(c, session)
  const { found, lockedUntil, forgiven, importedKinds } = attempt
  const notice = waitNotice(c, lockedUntil)
  if (notice !== undefined) {
    await noteLockedTry(c)
    return { status: 429, problem: notice }
  }
  const password = typed.slice(0, 1024)
  const right = verifyPassword(await argon2id(), password, found?.passwordHash, importedKinds) !== 'wrong'
  if (found === undefined || !right || found.user.id !== session.user.id) {
    await noteWrongPassword(c, attempt, 'password_refused')
    return { status: 400, problem: siteFor(c, session).texts.account.password.wrong }
  }
  return { verified: { userId: found.user.id, passwordHash: found.passwordHash }, forgiven }
}
