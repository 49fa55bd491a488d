import { hasAuditEvent } from '../../store/audit-events.ts'
import { read, write } from '../../store/database.ts'
import { deleteUser, type UserDeletion } from '../../store/people/account-deletion.ts'
import { findUser } from '../../store/people/users.ts'
import type { Seconds } from '../../values/time.ts'

/** An administrator deletes somebody else with all that is theirs. Whether they are gone; `person`: who it was, the first time. */
export async function removeUser(db: D1Database, deletion: UserDeletion, now: Seconds) {
  const { person } = await read(db, { person: findUser(db, deletion.userId) })
  const { gone } = await write(db, deleteUser(db, deletion, now), {
    gone: hasAuditEvent(db, deletion.act.attemptId),
  })
  return { gone, person }
}
