import type { Plan } from '../../rules/server/plan.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { actorIs } from '../../store/guards.ts'
import { deleteUser } from '../../store/people/account-deletion.ts'
import { sql } from '../../store/sql.ts'
import type { Doing } from '../act.ts'
import { forgetFirst } from '../tokens/forget-first.ts'

/**
 * An administrator deletes another person with all of their data. Returns whether they are deleted, or whether the next attempt
 * has to continue (`more`).
 */
export async function removeUser(doing: Doing, userId: string, issuer: string, plan: Plan) {
  const { db, act, reference, now } = doing
  const allowed = sql`${actorIs(act, 'administer')} AND ${userId} <> ${act.actorId}`
  if (!(await forgetFirst(db, { of: { userId }, allowed, plan }, now))) return { gone: false, more: true }
  const { gone } = await write(db, deleteUser(db, { act, userId, reference, issuer }, now), {
    gone: hasAuditEvent(db, act.attemptId),
  })
  return { gone, more: false }
}
