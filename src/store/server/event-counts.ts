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

/**
 * The number of events of these types on each day from `fromDay` to `today`: the counted ones, and the newest `mostUnsealed`
 * unsealed ones. Reads a row for each day and type, however many events there are.
 */
export function listEventsByDay(
  db: D1Database,
  types: readonly string[],
  fromDay: number,
  today: number,
  mostUnsealed: number,
): Query<readonly EventCount[]> {
  const days = Array.from({ length: today - fromDay + 1 }, (_, i) => fromDay + i)
  return {
    statement: statement(
      db,
      sql`SELECT day, type, sum(events) AS events FROM (
          SELECT e.day, e.type, e.events FROM json_each(${JSON.stringify(days)}) d CROSS JOIN json_each(${JSON.stringify(types)}) t
            CROSS JOIN event_counts e WHERE e.day = d.value AND e.type = t.value
          UNION ALL SELECT at / 86400, type, count(*) FROM (
            SELECT at, type FROM audit_events WHERE number IS NULL AND at >= ${fromDay * 86_400}
            ORDER BY at DESC, id DESC LIMIT ${mostUnsealed})
          WHERE type IN (SELECT value FROM json_each(${JSON.stringify(types)})) GROUP BY 1, 2)
        GROUP BY day, type`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        day: integer(row, 'day'),
        type: text(row, 'type'),
        events: integer(row, 'events'),
      })),
  }
}
