import type { Seconds } from '../../values/time.ts'
import { type Query, text, type Write } from '../database.ts'
import { type Act, actorIs, isNoted } from '../guards.ts'
import { endSessions } from '../sign-in/sessions.ts'
import { type Sql, sql, statement } from '../sql.ts'
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
 * Deletes a person and all of their data: sessions, whose applications are notified, consents, authorizations, and their
 * applications, with all tokens (ON DELETE CASCADE). Does nothing once the password has changed, or while nobody else could run
 * the server. The security log keeps its events, under an id that nobody has any more.
 */
export function deleteAccount(db: D1Database, deletion: AccountDeletion): readonly Write[] {
  const { verified, attemptId, reference, issuer, now } = deletion
  const { userId } = verified
  const mayGo = mayDelete(verified)
  return [
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, client_id)
        SELECT ${attemptId} || '.' || c.id, ${now}, 'client_deleted', ${reference}, ${userId}, c.id
        FROM clients c WHERE c.owner_id = ${userId} AND ${mayGo}
        UNION ALL SELECT ${attemptId}, ${now}, 'account_deleted', ${reference}, ${userId}, NULL WHERE ${mayGo}
        ON CONFLICT DO NOTHING`,
    ),
    ...endSessions(db, { condition: sql`s.user_id = ${userId} AND ${mayGo}`, issuer, now }),
    statement(db, sql`DELETE FROM users WHERE id = ${userId} AND ${mayGo}`),
  ]
}

/** A deletion of another person by an administrator: so one administrator always remains. */
export interface UserDeletion {
  readonly act: Act
  readonly userId: string
  readonly reference: string
  readonly issuer: string
}

/** The same, recorded first: the rest is deleted only in the moment of that event, so that a repeated form deletes nothing new. */
export function deleteUser(
  db: D1Database,
  { act, userId, reference, issuer }: UserDeletion,
  now: Seconds,
): readonly Write[] {
  const { actorId, attemptId } = act
  const noted = isNoted(act, now)
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
        SELECT ${attemptId} || '.' || c.id, ${now}, 'client_deleted', ${reference}, ${actorId}, c.id
        FROM clients c WHERE c.owner_id = ${userId} AND ${noted} ON CONFLICT DO NOTHING`,
    ),
    ...endSessions(db, { condition: sql`s.user_id = ${userId} AND ${noted}`, issuer, now }),
    statement(db, sql`DELETE FROM users WHERE id = ${userId} AND ${noted}`),
  ]
}

const otherAdministrator = sql`EXISTS (SELECT 1 FROM users o WHERE o.role = 'administrator' AND o.id <> v.id
  AND o.suspended_at IS NULL)`

/** The verified password is still the current one, and somebody is left to run the server. */
export function mayDelete({ userId, passwordHash }: VerifiedPassword): Sql {
  return sql`EXISTS (SELECT 1 FROM users v WHERE v.id = ${userId} AND v.password_hash = ${passwordHash}
    AND (v.role <> 'administrator' OR ${otherAdministrator}))`
}

/** Without this person nobody could run the server. */
export function isLastAdministrator(db: D1Database, who: Whose): Query<boolean> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS found FROM users v WHERE v.id = ${user} AND v.role = 'administrator'
        AND NOT ${otherAdministrator}`,
    ),
    read: (rows) => rows.length > 0,
  }
}

/** The names of a person's first applications. */
export function listOwnedNames(db: D1Database, who: Whose, most: number): Query<readonly string[]> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT name FROM clients WHERE owner_id = ${user} ORDER BY name_key, id LIMIT ${most}`,
    ),
    read: (rows) => rows.map((row) => text(row, 'name')),
  }
}
