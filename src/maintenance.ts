import type { Config } from './config.ts'
import { accountRule } from './protocol/lockout.ts'
import type { Seconds } from './protocol/time.ts'
import { purgeExpired } from './store/purge.ts'

/** The scheduled handler. Everything here is bounded, and may be run twice or stopped in the middle. */
export async function maintain(db: D1Database, config: Config, now: Seconds): Promise<void> {
  const purged = await purgeExpired(db, config.lifetimes, accountRule, now)
  console.log(JSON.stringify({ event: 'purged', tables: purged.filter(({ rows }) => rows > 0) }))
}
