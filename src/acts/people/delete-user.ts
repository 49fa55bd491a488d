import type { Plan } from '../../rules/server/plan.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { read, write } from '../../store/database.ts'
import { actorIs } from '../../store/guards.ts'
import { deleteUser, type UserDeletion } from '../../store/people/account-deletion.ts'
import { findUser } from '../../store/people/users.ts'
import { sql } from '../../store/sql.ts'
import type { Seconds } from '../../values/time.ts'
import { forgetFirst } from '../tokens/forget-first.ts'

/**
 * An administrator deletes somebody else with all that is theirs. Whether they are gone, or there is so much that it goes on with
 * the next try (`more`); `person`: who it was, the first time.
 */
export async function removeUser(db: D1Database, deletion: UserDeletion, plan: Plan, now: Seconds) {
  const { person } = await read(db, { person: findUser(db, deletion.userId) })
  const { act, userId } = deletion
  const allowed = sql`${actorIs(act, 'administer')} AND ${userId} <> ${act.actorId}`
  if (!(await forgetFirst(db, { of: { userId }, allowed, plan }, now)))
    return { gone: false, more: true, person }
  const { gone } = await write(db, deleteUser(db, deletion, now), {
    gone: hasAuditEvent(db, deletion.act.attemptId),
  })
  return { gone, more: false, person }
}
