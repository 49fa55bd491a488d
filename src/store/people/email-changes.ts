import type { Seconds } from '../../values/time.ts'
import { first, optional, type Query, text, type Write } from '../database.ts'
import { claimMailToken, type MailTokenUse, usedBy } from './mail-tokens.ts'

/** The address of somebody, as it stands. */
export interface EmailState {
  readonly email: string | undefined
  readonly isProven: boolean
  /** Another one, whose link was mailed and not used yet. */
  readonly pending: string | undefined
}

export function findEmailState(db: D1Database, userId: string, now: Seconds): Query<EmailState | undefined> {
  return {
    statement: db
      .prepare(
        `SELECT u.email, u.email_verified_at, t.email AS pending FROM users u LEFT JOIN mail_tokens t
         ON t.user_id = u.id AND t.purpose = 'email_change' AND t.used_by IS NULL AND t.expires_at > ?
         WHERE u.id = ?`,
      )
      .bind(now, userId),
    read: first((row) => ({
      email: optional(text, row, 'email'),
      isProven: row.email_verified_at !== null,
      pending: optional(text, row, 'pending'),
    })),
  }
}

/**
 * The link arrived, so the address is theirs. Of a link that verifies, only if they still have that address; never one that
 * another account has proven first, which the unique index decides. In which attempt, it takes effect once.
 */
export function confirmEmail(
  db: D1Database,
  use: MailTokenUse,
  reference: string,
  now: Seconds,
): readonly Write[] {
  const link = [use.hash.sha256, use.attemptId] as const
  const address = '(SELECT email FROM mail_tokens WHERE token_hash = ?1 AND used_by = ?2)'
  const type = use.purpose === 'email_change' ? 'email_changed' : 'email_verified'
  return [
    claimMailToken(db, use, now),
    db
      .prepare(
        `UPDATE OR IGNORE users SET email = ${address}, email_verified_at = ?3, updated_at = ?3
         WHERE id = ${usedBy} AND (?4 = 'email_change' OR lower(email) = lower(${address}))
           AND NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ?2)`,
      )
      .bind(...link, now, use.purpose),
    db
      .prepare(
        `INSERT INTO audit_events (id, at, type, reference, user_id)
         SELECT ?2, ?3, ?4, ?5, u.id FROM users u
         WHERE u.id = ${usedBy} AND u.email_verified_at IS NOT NULL AND u.email = ${address} ON CONFLICT DO NOTHING`,
      )
      .bind(...link, now, type, reference),
  ]
}

/** Without a mailer nobody can prove anything: the address counts as it is typed, unproven. */
export function replaceEmail(db: D1Database, userId: string, email: string, now: Seconds): Write {
  return db
    .prepare(
      `UPDATE users SET email = ?1, updated_at = ?2, email_verified_at = CASE WHEN email = ?1 THEN email_verified_at END
       WHERE id = ?3`,
    )
    .bind(email, now, userId)
}
