import type { Seconds } from '../../values/time.ts'
import { type Query, text, type Write } from '../database.ts'
import { type Act, actorIs, isNoted } from '../guards.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
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

/** A deletion by an administrator, of somebody else: so one administrator always stays. */
export interface UserDeletion {
  readonly act: Act
  readonly userId: string
  readonly reference: string
  readonly issuer: string
}

/** The same, noted first: what follows is deleted only in the moment of that note, so that a repeated form deletes nothing new. */
export function deleteUser(
  db: D1Database,
  { act, userId, reference, issuer }: UserDeletion,
  now: Seconds,
): readonly Write[] {
  const { actorId, attemptId } = act
  const noted = isNoted(act, now)
  const condition = `s.user_id = ?3 AND EXISTS (SELECT 1 FROM audit_events e WHERE e.id = ?4 AND e.at = ?2)`
  return [
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
        SELECT ${attemptId}, ${now}, 'user_deleted', ${reference}, ${actorId}, u.id FROM users u
        WHERE u.id = ${userId} AND u.id <> ${actorId} AND ${actorIs(act, 'administer')}
        ON CONFLICT DO NOTHING`,
    ),
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, client_id)
        SELECT ${attemptId} || '.' || c.id, ${now}, 'client_deleted', ${reference}, ${actorId}, c.id FROM clients c
        WHERE c.owner_id = ${userId} AND ${noted} ON CONFLICT DO NOTHING`,
    ),
    ...endSessions(db, { condition, values: [userId, attemptId], issuer, now }),
    statement(db, sql`DELETE FROM users WHERE id = ${userId} AND ${noted}`),
  ]
}

const otherAdministrator = `EXISTS (SELECT 1 FROM users o WHERE o.role = 'administrator' AND o.id <> v.id AND o.suspended_at IS NULL)`

/** Whether ?4 is still what the password of ?3 is verified against, and somebody is left to run the server. */
const mayGo = `EXISTS (SELECT 1 FROM users v WHERE v.id = ?3 AND v.password_hash = ?4
  AND (v.role <> 'administrator' OR ${otherAdministrator}))`

/** The same, for a statement with its values in place. */
export function mayDelete({ userId, passwordHash }: VerifiedPassword): Sql {
  return sql`EXISTS (SELECT 1 FROM users v WHERE v.id = ${userId} AND v.password_hash = ${passwordHash}
    AND (v.role <> 'administrator' OR ${raw(otherAdministrator)}))`
}

/** Without this person nobody could run the server. */
export function isLastAdministrator(db: D1Database, who: Whose): Query<boolean> {
  const user = whose(who)
  return {
    statement: db
      .prepare(
        `SELECT 1 AS found FROM users v WHERE v.id = ${user.text} AND v.role = 'administrator' AND NOT ${otherAdministrator}`,
      )
      .bind(...user.values),
    read: (rows) => rows.length > 0,
  }
}

/** The names of the first applications that somebody owns. */
export function listOwnedNames(db: D1Database, who: Whose, most: number): Query<readonly string[]> {
  const user = whose(who)
  return {
    statement: db
      .prepare(`SELECT name FROM clients WHERE owner_id = ${user.text} ORDER BY name_key, id LIMIT ?`)
      .bind(...user.values, most),
    read: (rows) => rows.map((row) => text(row, 'name')),
  }
}
