import { nameKey } from '../../rules/people/person.ts'
import { subjectsOfAccount } from '../../secrets/try-subject.ts'
import { hasAuditEvent, insertAdminEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import type { Act } from '../../store/guards.ts'
import { isUser, type User } from '../../store/people/users.ts'
import { forgetAllAttempts } from '../../store/sign-in/tries.ts'
import type { Seconds } from '../../values/time.ts'

/**
 * An administrator lets somebody try again at once: what was counted at the account from browsers that it does not know is forgotten, at
 * passwords and at codes. Says whether it happened: it does not for one who may not.
 */
export async function unlockAccount(
  db: D1Database,
  act: Act,
  user: Pick<User, 'id' | 'username'>,
  reference: string,
  now: Seconds,
): Promise<boolean> {
  const subjects = subjectsOfAccount(nameKey(user.username), user.id)
  const event = { type: 'account_unlocked', reference, target: user.id } as const
  const { noted } = await write(
    db,
    [forgetAllAttempts(db, act, subjects), insertAdminEvent(db, act, event, now, isUser(user.id))],
    { noted: hasAuditEvent(db, act.attemptId) },
  )
  return noted
}
