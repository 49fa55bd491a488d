import { activityDays, dayOf } from '../../rules/clients/activity.ts'
import type { LockoutRule } from '../../rules/sign-in/lockout.ts'
import type { Lifetimes, Seconds } from '../../values/time.ts'

/** Rows deleted by one statement: a chunk holds the database for some milliseconds. */
const chunk = 1000

/** Chunks of one table in one run. The next run goes on where this one stopped. */
const mostChunks = 10

export interface Purged {
  readonly table: string
  readonly rows: number
  /** Whether there is more for the next run. */
  readonly more: boolean
}

/** While the session lasts in which an application was used, it has to be told of its end (OIDC Back-Channel Logout §2.5). */
const isForgotten = `(redeemed_at IS NULL
  OR NOT EXISTS (SELECT 1 FROM sessions s WHERE s.sid = authorizations.sid))`

/**
 * Deletes what has expired, in bounded chunks: a run deletes at most `chunk * mostChunks` rows of a table. It can be stopped
 * between any two statements, and run twice at once: what is gone is gone.
 */
export async function purgeExpired(
  db: D1Database,
  lifetimes: Lifetimes,
  lockout: LockoutRule,
  now: Seconds,
): Promise<readonly Purged[]> {
  const dead: readonly (readonly [table: string, key: string, condition: string, before: Seconds])[] = [
    ['sessions', 'id_hash', 'expires_at <= ?', now],
    ['sessions', 'id_hash', 'last_seen_at <= ?', now - lifetimes.sessionIdle],
    ['authorizations', 'id', `expires_at <= ? AND ${isForgotten}`, now],
    ['pending_sign_ins', 'id_hash', 'expires_at <= ?', now],
    ['used_challenges', 'id', 'expires_at <= ?', now],
    ['revoked_access_tokens', 'jti', 'expires_at <= ?', now],
    ['used_assertions', '(client_id, jti_hash)', 'expires_at <= ?', now],
    ['logout_deliveries', 'id', 'created_at <= ?', now - 30 * 86_400],
    ['client_secrets', 'secret_hash', 'expires_at <= ?', now],
    ['mail_tokens', 'token_hash', 'expires_at <= ?', now],
    ['invitations', 'id', 'expires_at <= ?', now],
    ['outbox', 'number', 'created_at <= ?', now - 86_400],
    ['client_activity', '(client_id, day, outcome)', 'day <= ?', dayOf(now) - activityDays],
    ['sign_in_attempts', 'subject', 'attempted_at < ?', now - lockout.window],
  ]
  const purged: Purged[] = []
  for (const [table, key, condition, before] of dead) {
    purged.push({ table, ...(await purgeTable(db, table, key, condition, before)) })
  }
  return purged
}

async function purgeTable(db: D1Database, table: string, key: string, condition: string, before: Seconds) {
  const columns = key.replace(/[()]/g, '')
  const statement = db
    .prepare(
      `DELETE FROM ${table} WHERE ${key} IN (SELECT ${columns} FROM ${table} WHERE ${condition} LIMIT ${chunk})`,
    )
    .bind(before)
  let rows = 0
  for (let i = 0; i < mostChunks; i++) {
    const { meta } = await statement.run()
    rows += meta.changes
    if (meta.changes < chunk) return { rows, more: false }
  }
  return { rows, more: true }
}
