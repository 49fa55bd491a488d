import type { Seconds } from '../../values/time.ts'
import { type Sql, sql } from '../sql.ts'

/** The session in which a factor is set up. */
export interface Binding {
  /** At the highest level: with an earlier factor. */
  readonly isStrong: boolean
  /** The setting RECOVERY_DELAY, in seconds. */
  readonly delay: Seconds
}

/**
 * The time from which a new factor counts as established when the password is reset. Somebody who has learned the password can
 * set up the first factor, so that one is distrusted for as long as the removal of a lost factor takes, and its owner is
 * notified by mail. One that was set up with another factor is trusted as soon as the oldest factor that it may be based on.
 */
export function trustedFrom(userId: string, { isStrong, delay }: Binding, now: Seconds): Sql {
  const later = now + delay
  if (!isStrong) return sql`${later}`
  const oldest = (table: Sql) =>
    sql`ifnull((SELECT min(trusted_at) FROM ${table} f WHERE f.user_id = ${userId} AND f.doubted = 0), ${later})`
  return sql`min(${oldest(sql`passkeys`)}, ${oldest(sql`authenticators`)})`
}
