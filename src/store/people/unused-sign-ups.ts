import type { Seconds } from '../../values/time.ts'
import { type Query, read, type Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** How long an account stays without being confirmed or used. */
export const unusedFor: Seconds = 30 * 86_400

/** A person who is still active an hour after signing up, or comes back, uses the account. */
const firstVisit: Seconds = 3600

/** Statements of one call of `expireSignUps`. */
export const queriesOfExpiring = 3

/** Accounts deleted by one statement, each with its sessions and other rows. */
const chunk = 200

/** The account is in use: it stays. Called for every sign-in, and for sessions that continue. */
export function noteAccountUse(db: D1Database, userId: string, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE sign_ups SET used = 1 WHERE user_id = ${userId} AND used = 0 AND created_at <= ${now - firstVisit}`,
  )
}

/** The signs that the account `u` of the sign-up `s` is in use. */
const isWanted = sql`(s.used = 1 OR u.email_verified_at IS NOT NULL OR u.updated_at > u.created_at OR u.suspended_at IS NOT NULL
  OR u.role <> 'user' OR u.groups <> '[]' OR EXISTS (SELECT 1 FROM consents k WHERE k.user_id = u.id)
  OR EXISTS (SELECT 1 FROM clients c WHERE c.owner_id = u.id))`

/**
 * Deletes accounts that people created a month ago without an invitation, and that nobody confirmed or used since. The others
 * are not checked again; accounts that an administrator created or imported never were. True when there may be more.
 */
export async function expireSignUps(db: D1Database, now: Seconds): Promise<boolean> {
  const due = sql`SELECT s.user_id FROM sign_ups s JOIN users u ON u.id = s.user_id WHERE s.created_at <= ${now - unusedFor}`
  const unused = sql`${due} AND NOT ${isWanted} ORDER BY s.created_at LIMIT ${chunk}`
  const gone = (deletion: Sql): Query<number> => ({
    statement: statement(db, sql`${deletion} RETURNING 1 AS gone`),
    read: (rows) => rows.length,
  })
  const noted: Query<void> = {
    statement: statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, detail)
          SELECT lower(hex(randomblob(16))), ${now}, 'sign_ups_expired', '', count(*) || '' FROM (${unused}) HAVING count(*) > 0`,
    ),
    read: () => {},
  }
  const { settled, expired } = await read(db, {
    settled: gone(
      sql`DELETE FROM sign_ups WHERE user_id IN (${due} AND ${isWanted} ORDER BY s.created_at LIMIT ${chunk})`,
    ),
    noted,
    expired: gone(sql`DELETE FROM users WHERE id IN (${unused})`),
  })
  return settled === chunk || expired === chunk
}
