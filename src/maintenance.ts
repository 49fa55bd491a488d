import { deliverLogouts } from './acts/openid/deliver-logouts.ts'
import { rotateSigningKeys } from './acts/server/rotate-keys.ts'
import { sealAuditLog } from './acts/server/seal-audit-log.ts'
import type { Config } from './config.ts'
import { accountRule } from './rules/sign-in/lockout.ts'
import { write } from './store/database.ts'
import { noteMaintenance } from './store/server/maintenance-runs.ts'
import { purgeExpired } from './store/server/purge.ts'
import type { Seconds } from './values/time.ts'

/** The scheduled handler. Everything here is bounded, and may be run twice or stopped in the middle. */
export async function maintain(db: D1Database, config: Config, now: Seconds): Promise<void> {
  const purged = await purgeExpired(db, config.lifetimes, accountRule, now)
  await rotateSigningKeys(db, config.keyEncryptionSecret, now)
  await deliverLogouts(db, config, now)
  await sealAuditLog(db, config.keyEncryptionSecret, now)
  await write(db, [noteMaintenance(db, now)], {})
  console.log(JSON.stringify({ event: 'purged', tables: purged.filter(({ rows }) => rows > 0) }))
}
