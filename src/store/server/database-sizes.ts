import { dayOf } from '../../rules/clients/activity.ts'
import type { DatabaseSize } from '../../rules/server/fullness.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, type Query, type Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** Sizes are kept for a year. */
const kept = 366

/** The current size, in bytes: D1 reports it with the answer to any statement. Undefined where it does not. */
export async function readDatabaseSize(
  db: D1Database,
  any: D1PreparedStatement = statement(db, sql`SELECT 1`),
): Promise<number | undefined> {
  const [answer] = await db.batch([any])
  // A number according to its documentation; older versions had none.
  const bytes: unknown = answer?.meta.size_after
  return typeof bytes === 'number' ? bytes : undefined
}

export function forgetDatabaseSizes(db: D1Database, now: Seconds): Write {
  return statement(db, sql`DELETE FROM database_sizes WHERE day <= ${dayOf(now) - kept}`)
}

/** The last size of each day. */
export function noteDatabaseSize(db: D1Database, bytes: number, most: number, now: Seconds): Write {
  return statement(
    db,
    sql`INSERT INTO database_sizes (day, bytes, most) VALUES (${dayOf(now)}, ${bytes}, ${most})
      ON CONFLICT DO UPDATE SET bytes = excluded.bytes, most = excluded.most`,
  )
}

/** The oldest first. */
export function listDatabaseSizes(db: D1Database, fromDay: number): Query<readonly DatabaseSize[]> {
  return {
    statement: statement(
      db,
      sql`SELECT day, bytes, most FROM database_sizes WHERE day >= ${fromDay} ORDER BY day`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        day: integer(row, 'day'),
        bytes: integer(row, 'bytes'),
        most: integer(row, 'most'),
      })),
  }
}
