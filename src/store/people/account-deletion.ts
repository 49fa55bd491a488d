import type { Seconds } from '../../values/time.ts'
import { type Query, text, type Write } from '../database.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { type Whose, whose } from '../whose.ts'
import type { VerifiedPassword } from './users.ts'

export interface AccountDeletion {
  readonly verified: VerifiedPassword
  readonly attemptId: string
  readonly reference: string
  readonly issuer: string
  readonly now: Seconds
}

/**
 * A person and all that is theirs: sessions, of which applications are told, consents, authorizations, and the applications
 * that they own, with all of their tokens (ON DELETE CASCADE). Nothing happens once the password is another one, or while
 * nobody else could run the server. What happened stays in the security log, under an id that nobody has any more.
 */
export function deleteAccount(db: D1Database, deletion: AccountDeletion): readonly Write[] {
  const { verified, attemptId, reference, issuer, now } = deletion
  const who = [verified.userId, verified.passwordHash]
  return [
    db
      .prepare(
        `INSERT INTO audit_events (id, at, type, reference, user_id, client_id)
         SELECT ?5 || '.' || c.id, ?2, 'client_deleted', ?1, ?3, c.id FROM clients c WHERE c.owner_id = ?3 AND ${mayGo}
         UNION ALL SELECT ?5, ?2, 'account_deleted', ?1, ?3, NULL WHERE ${mayGo} ON CONFLICT DO NOTHING`,
      )
      .bind(reference, now, ...who, attemptId),
    ...endSessions(db, { condition: `s.user_id = ?3 AND ${mayGo}`, values: who, issuer, now }),
    db.prepare(`DELETE FROM users WHERE id = ?3 AND ${mayGo}`).bind(null, null, ...who),
  ]
}

const otherAdministrator = `EXISTS (SELECT 1 FROM users o WHERE o.role = 'administrator' AND o.id <> v.id AND o.suspended_at IS NULL)`

/** Whether ?4 is still what the password of ?3 is verified against, and somebody is left to run the server. */
const mayGo = `EXISTS (SELECT 1 FROM users v WHERE v.id = ?3 AND v.password_hash = ?4
  AND (v.role <> 'administrator' OR ${otherAdministrator}))`

/** Without this person nobody could run the server. */
export function isLastAdministrator(db: D1Database, who: Whose): Query<boolean> {
  const user = whose(who)
  return {
    statement: db
      .prepare(
        `SELECT 1 AS found FROM users v WHERE v.id = ${user.sql} AND v.role = 'administrator' AND NOT ${otherAdministrator}`,
      )
      .bind(user.value),
    read: (rows) => rows.length > 0,
  }
}

/** The names of the first applications that somebody owns. */
export function listOwnedNames(db: D1Database, who: Whose, most: number): Query<readonly string[]> {
  const user = whose(who)
  return {
    statement: db
      .prepare(`SELECT name FROM clients WHERE owner_id = ${user.sql} ORDER BY name_key, id LIMIT ?`)
      .bind(user.value, most),
    read: (rows) => rows.map((row) => text(row, 'name')),
  }
}
