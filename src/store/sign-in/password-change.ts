import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { updatePasswordHash, type VerifiedPassword } from '../people/users.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'
import { endSessions } from './sessions.ts'

export interface PasswordChange {
  /** What was verified. */
  readonly verified: VerifiedPassword
  readonly passwordHash: string
  /** The session in which it is changed, and the id that it has from then on. */
  readonly session: SecretHash<'session'>
  readonly newSession: SecretHash<'session'>
  readonly endsAuthorizations: boolean
  readonly attemptId: string
  readonly reference: string
  readonly issuer: string
  readonly now: Seconds
}

/**
 * A new password, and an end to whatever rested on the old one: every other session, the id of this one, and what
 * applications may do, if that is asked for. Each statement holds only while the verified password is still the one: of two
 * changes at once, one wins; executed twice, the second finds nothing to do.
 */
export function changePassword(db: D1Database, change: PasswordChange): readonly Write[] {
  const { verified, session, newSession, attemptId, reference, issuer, now } = change
  const { userId, passwordHash } = verified
  const values = [userId, passwordHash, session.sha256, newSession.sha256]
  const condition = `s.user_id = ?3 AND s.id_hash NOT IN (?5, ?6) AND ${isStill}`
  return [
    db
      .prepare(
        `INSERT INTO audit_events (id, at, type, reference, user_id)
         SELECT ?1, ?2, 'password_changed', ?5, ?3 WHERE ${isStill} ON CONFLICT DO NOTHING`,
      )
      .bind(attemptId, now, userId, passwordHash, reference),
    ...endSessions(db, { condition, values, issuer, now }),
    ...renewSession(db, change),
    ...(change.endsAuthorizations
      ? [
          endAuthorizations(
            db,
            `user_id = ?3 AND ${isStill}`,
            [userId, passwordHash],
            'password_changed',
            now,
          ),
        ]
      : []),
    // Asked for with the old password, perhaps by somebody else who knew it.
    db
      .prepare(`DELETE FROM factor_removals WHERE user_id = ?3 AND ${isStill}`)
      .bind(null, null, userId, passwordHash),
    updatePasswordHash(db, verified, change.passwordHash),
  ]
}

/** Whether ?4 is still what the password of ?3 is verified against. */
const isStill = 'EXISTS (SELECT 1 FROM users v WHERE v.id = ?3 AND v.password_hash = ?4)'

/** The same session, for applications too, under an id that nobody else knows. */
function renewSession(
  db: D1Database,
  { verified, session, newSession, now }: PasswordChange,
): readonly Write[] {
  const values = [newSession.sha256, now, verified.userId, verified.passwordHash, session.sha256]
  return [
    db
      .prepare(
        `INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at, user_agent)
         SELECT ?1, user_id, sid, amr, authenticated_at, ?2, expires_at, user_agent FROM sessions
         WHERE id_hash = ?5 AND user_id = ?3 AND ${isStill} ON CONFLICT DO NOTHING`,
      )
      .bind(...values),
    db.prepare(`DELETE FROM sessions WHERE id_hash = ?5 AND user_id = ?3 AND ${isStill}`).bind(...values),
  ]
}
