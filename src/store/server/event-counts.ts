import type { Seconds } from '../../values/time.ts'
import { integer, type Query, text } from '../database.ts'

/** How many events of a type there were on a day (of 86,400 s, since 1970). */
export interface EventCount {
  readonly day: number
  readonly type: string
  readonly events: number
}

/** Of events that are sealed: a row for each day and type, however many events there are. */
export function listEventCounts(db: D1Database, fromDay: number): Query<readonly EventCount[]> {
  return {
    statement: db.prepare('SELECT day, type, events FROM event_counts WHERE day >= ?').bind(fromDay),
    read: (rows) =>
      rows.map((row) => ({
        day: integer(row, 'day'),
        type: text(row, 'type'),
        events: integer(row, 'events'),
      })),
  }
}

/** The newest of those that are not sealed, one by one. */
export function listUncounted(
  db: D1Database,
  from: Seconds,
  most: number,
): Query<readonly { readonly at: Seconds; readonly type: string }[]> {
  return {
    statement: db
      .prepare(
        'SELECT at, type FROM audit_events WHERE number IS NULL AND at >= ? ORDER BY at DESC, id DESC LIMIT ?',
      )
      .bind(from, most),
    read: (rows) => rows.map((row) => ({ at: integer(row, 'at'), type: text(row, 'type') })),
  }
}
