import type { Seconds } from '../../values/time.ts'
import { integer, type Query, text } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The number of events of a type on a day (of 86,400 s, since 1970). */
export interface EventCount {
  readonly day: number
  readonly type: string
  readonly events: number
}

/** For sealed events: a row for each day and type, however many events there are. */
export function listEventCounts(db: D1Database, fromDay: number): Query<readonly EventCount[]> {
  return {
    statement: statement(db, sql`SELECT day, type, events FROM event_counts WHERE day >= ${fromDay}`),
    read: (rows) =>
      rows.map((row) => ({
        day: integer(row, 'day'),
        type: text(row, 'type'),
        events: integer(row, 'events'),
      })),
  }
}

/** The newest unsealed ones, one by one. */
export function listUncounted(
  db: D1Database,
  from: Seconds,
  most: number,
): Query<readonly { readonly at: Seconds; readonly type: string }[]> {
  return {
    statement: statement(
      db,
      sql`SELECT at, type FROM audit_events WHERE number IS NULL AND at >= ${from}
        ORDER BY at DESC, id DESC LIMIT ${most}`,
    ),
    read: (rows) => rows.map((row) => ({ at: integer(row, 'at'), type: text(row, 'type') })),
  }
}
