import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { updatePasswordHash, type VerifiedPassword } from '../people/users.ts'
import { commaSeparated, type Sql, sql, statement } from '../sql.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'
import { endSessions } from './sessions.ts'

export interface PasswordChange {
  /** The verified password. */
  readonly verified: VerifiedPassword
  readonly passwordHash: string
  /** The session of the change, and its new id. */
  readonly session: SecretHash<'session'>
  readonly newSession: SecretHash<'session'>
  readonly endsAuthorizations: boolean
  readonly issuer: string
}

/**
 * A new password, and an end to everything based on the old one: every other session, the id of this one, and the access of
 * applications, if that is requested. Each statement changes something only while the verified password is still the current
 * one: of two changes at once, one wins; executed twice, the second finds nothing to do.
 */
export function replacePassword(db: D1Database, change: PasswordChange, now: Seconds): readonly Write[] {
  const { verified, session, newSession, issuer } = change
  const { userId } = verified
  const isSame = isStillPassword(verified)
  const kept = [session.sha256, newSession.sha256]
  const others = sql`s.user_id = ${userId} AND s.id_hash NOT IN (${commaSeparated(kept)}) AND ${isSame}`
  return [
    ...endSessions(db, { condition: others, issuer, now }),
    ...renewSession(db, change, now),
    ...(change.endsAuthorizations
      ? [endAuthorizations(db, sql`user_id = ${userId} AND ${isSame}`, 'password_changed', now)]
      : []),
    // Requested with the old password, perhaps by another person who knew it.
    statement(db, sql`DELETE FROM factor_removals WHERE user_id = ${userId} AND ${isSame}`),
    updatePasswordHash(db, verified, change.passwordHash),
  ]
}

/** The verified password is still the current one. */
export function isStillPassword({ userId, passwordHash }: VerifiedPassword): Sql {
  return sql`EXISTS (SELECT 1 FROM users v WHERE v.id = ${userId} AND v.password_hash = ${passwordHash})`
}

/** The same session, for applications too, under a new secret id. */
function renewSession(
  db: D1Database,
  { verified, session, newSession }: PasswordChange,
  now: Seconds,
): readonly Write[] {
  const isOld = sql`id_hash = ${session.sha256} AND user_id = ${verified.userId} AND ${isStillPassword(verified)}`
  return [
    statement(
      db,
      sql`INSERT INTO sessions (id_hash, user_id, sid, amr, authenticated_at, last_seen_at, expires_at, user_agent,
          connection_id, provider_sid, proven)
        SELECT ${newSession.sha256}, user_id, sid, amr, authenticated_at, ${now}, expires_at, user_agent,
          connection_id, provider_sid, proven
        FROM sessions WHERE ${isOld} ON CONFLICT DO NOTHING`,
    ),
    statement(db, sql`DELETE FROM sessions WHERE ${isOld}`),
  ]
}
