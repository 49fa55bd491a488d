import type { Seconds } from '../../values/time.ts'
import { type Sql, sql } from '../sql.ts'

/** In which session a factor is set up. */
export interface Binding {
  /** At the highest level: with a factor that was there before. */
  readonly isStrong: boolean
  /** The setting RECOVERY_DELAY, in seconds. */
  readonly delay: Seconds
}

/**
 * From when on a new factor counts as one that the account had, should its password be reset. Who has learned the password can
 * set up the first factor, so that one is doubted for as long as a lost factor takes to remove, while its owner hears of it by
 * mail. One that was set up with another factor is trusted as soon as the oldest that it can rest on.
 */
export function trustedFrom(userId: string, { isStrong, delay }: Binding, now: Seconds): Sql {
  const later = now + delay
  if (!isStrong) return sql`${later}`
  const oldest = (table: Sql) =>
    sql`ifnull((SELECT min(trusted_at) FROM ${table} f WHERE f.user_id = ${userId} AND f.doubted = 0), ${later})`
  return sql`min(${oldest(sql`passkeys`)}, ${oldest(sql`authenticators`)})`
}
