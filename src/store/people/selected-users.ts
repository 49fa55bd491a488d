import type { Seconds } from '../../values/time.ts'
import { integer, optional, type Query, type Write } from '../database.ts'
import { type Act, actorIs } from '../guards.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { type Sql, sql, statement, tableOf } from '../sql.ts'
import { isNotedTarget, type Target } from '../targets.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'
import { readUser, type User } from './users.ts'

export interface SelectedUser {
  readonly user: User
  readonly suspendedAt: Seconds | undefined
}

/** The users with these ids, in the order of usernames. Unknown ids are left out. */
export function findSelectedUsers(db: D1Database, ids: readonly string[]): Query<readonly SelectedUser[]> {
  return {
    statement: statement(
      db,
      sql`SELECT u.id, u.username, u.email, u.role, u.created_at, u.suspended_at FROM ${tableOf(ids)} n
        CROSS JOIN users u WHERE u.id = n.value ORDER BY u.username_key`,
    ),
    read: (rows) =>
      rows.map((row) => ({ user: readUser(row), suspendedAt: optional(integer, row, 'suspended_at') })),
  }
}

/** For the events of `noteTargets`. Nobody suspends themselves, so that an administrator always remains. */
export function canBeSuspended(act: Act, suspended: boolean): Sql {
  return sql`p.id <> ${act.actorId} AND EXISTS (SELECT 1 FROM users t
    WHERE t.id = p.id AND (t.suspended_at IS NULL) = ${suspended ? 1 : 0})`
}

/** After the events of `noteTargets`. With a suspension all access ends, and is not restored. */
export function suspendUsers(
  db: D1Database,
  targets: readonly Target[],
  suspended: boolean,
  issuer: string,
  now: Seconds,
): readonly Write[] {
  const isMeant = (column: string) => isNotedTarget(column, targets, now)
  const update = sql`UPDATE users SET suspended_at = ${suspended ? now : null} WHERE ${isMeant('id')}`
  if (!suspended) return [statement(db, update)]
  return [
    ...endSessions(db, { condition: isMeant('s.user_id'), issuer, now }),
    endAuthorizations(db, isMeant('user_id'), 'user_suspended', now),
    statement(db, update),
  ]
}

/** For the events of `noteTargets`, as `isEndable`. */
export function canBeSignedOut(act: Act): Sql {
  return sql`EXISTS (SELECT 1 FROM users t WHERE t.id = p.id
    AND (t.role <> 'administrator' OR ${actorIs(act, 'administer')}))`
}

/** After the events of `noteTargets`. */
export function endSessionsOfUsers(
  db: D1Database,
  targets: readonly Target[],
  issuer: string,
  now: Seconds,
): readonly Write[] {
  return endSessions(db, { condition: isNotedTarget('s.user_id', targets, now), issuer, now })
}
