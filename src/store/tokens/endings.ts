import type { Seconds } from '../../values/time.ts'
import { type Sql, sql } from '../sql.ts'

/**
 * Whether a token was issued after everything was last ended. By an index with an equality: D1 counts a row for a range even
 * while the table is empty, which it nearly always is.
 */
export function isAfterEndings(issuedAt: Seconds): Sql {
  return sql`ifnull((SELECT at FROM endings WHERE (at > 0) = 1 ORDER BY at DESC LIMIT 1), 0) < ${issuedAt}`
}
