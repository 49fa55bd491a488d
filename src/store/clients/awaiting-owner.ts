import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'
import { type Act, mayChange } from '../guards.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** Suspended by the first confirmation of its owner's address, until the owner has reviewed it: not by an administrator. */
export function findAwaitsOwner(db: D1Database, clientId: string): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS awaits FROM clients
        WHERE id = ${clientId} AND awaits_owner = 1 AND suspended_at IS NOT NULL`,
    ),
    read: (rows) => rows.length > 0,
  }
}

/** `seenAt`: the last change that the owner saw. After a newer change they have to review again. */
export function resumeOwnClient(db: D1Database, act: Act, clientId: string, seenAt: Seconds): Write {
  return statement(
    db,
    sql`UPDATE clients SET suspended_at = NULL, awaits_owner = 0
      WHERE id = ${clientId} AND awaits_owner = 1 AND updated_at = ${seenAt} AND ${mayChange(act, clientId)}`,
  )
}

/** For the event after it. */
export function isResumed(clientId: string, seenAt: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM clients t
    WHERE t.id = ${clientId} AND t.suspended_at IS NULL AND t.awaits_owner = 0 AND t.updated_at = ${seenAt})`
}
