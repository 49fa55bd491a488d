import type { Seconds } from '../../values/time.ts'
import { integer, type Query, type Write } from '../database.ts'
import { type Act, isNoted } from '../guards.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** The number of clients that wait for an administrator, counted up to `most`. */
export function countWaitingClients(db: D1Database, most: number): Query<number> {
  return {
    statement: statement(
      db,
      sql`SELECT COUNT(*) AS counted FROM (SELECT 1 FROM clients WHERE approval = 'waiting' AND name_key >= '' LIMIT ${most})`,
    ),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'counted')),
  }
}

/**
 * For the event before the decision. `seenAt`: the last change that the administrator saw. After a newer change they have to
 * review again. A refused client may be approved later.
 */
export function mayBeAnswered(clientId: string, approved: boolean, seenAt: Seconds): Sql {
  const isOpen = approved ? sql`t.approval IS NOT NULL` : sql`t.approval = 'waiting'`
  return sql`EXISTS (SELECT 1 FROM clients t WHERE t.id = ${clientId} AND t.updated_at = ${seenAt} AND ${isOpen})`
}

/** After its event. A refused client stays suspended. Executed again, it does not affect what the client became in between. */
export function answerApproval(
  db: D1Database,
  act: Act,
  clientId: string,
  approved: boolean,
  seenAt: Seconds,
  now: Seconds,
): Write {
  const change = approved ? sql`suspended_at = NULL, approval = NULL` : sql`approval = 'refused'`
  return statement(
    db,
    sql`UPDATE clients SET ${change}
      WHERE id = ${clientId} AND ${mayBeAnswered(clientId, approved, seenAt)} AND ${isNoted(act, now)}`,
  )
}
