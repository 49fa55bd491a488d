import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { claimMailToken, type MailTokenUse, usedBy } from '../people/mail-tokens.ts'
import { endSessions } from './sessions.ts'

export interface PasswordReset {
  readonly use: MailTokenUse
  readonly passwordHash: string
  /** What sign-in attempts at the account are counted under. */
  readonly subject: string
  readonly issuer: string
  readonly reference: string
}

/**
 * A new password by a link. Nothing of it happens unless this attempt is the one that used the link. Whoever was signed in is
 * not any more, other links of the account are dead, its lock is open, and its address is proven: the mail arrived.
 */
export function resetPassword(db: D1Database, reset: PasswordReset, now: Seconds): readonly Write[] {
  const { use, passwordHash, subject, issuer, reference } = reset
  const link = [use.hash.sha256, use.attemptId] as const
  return [
    claimMailToken(db, use, now),
    db.prepare(`UPDATE users SET password_hash = ?3 WHERE id = ${usedBy}`).bind(...link, passwordHash),
    db
      .prepare(
        `UPDATE OR IGNORE users SET email_verified_at = ?3 WHERE id = ${usedBy} AND email_verified_at IS NULL`,
      )
      .bind(...link, now),
    ...endSessions(db, {
      condition: 's.user_id = (SELECT user_id FROM mail_tokens WHERE token_hash = ?3 AND used_by = ?4)',
      values: link,
      issuer,
      now,
    }),
    db.prepare(`DELETE FROM mail_tokens WHERE user_id = ${usedBy} AND token_hash <> ?1`).bind(...link),
    db
      .prepare(`DELETE FROM sign_in_attempts WHERE subject = ?3 AND ${usedBy} IS NOT NULL`)
      .bind(...link, subject),
    db
      .prepare(
        `INSERT INTO audit_events (id, at, type, reference, user_id)
         SELECT ?2, ?3, 'password_reset', ?4, user_id FROM mail_tokens WHERE token_hash = ?1 AND used_by = ?2
         ON CONFLICT DO NOTHING`,
      )
      .bind(...link, now, reference),
  ]
}
