import { nameKey } from '../../rules/people/person.ts'
import { skeletonOf } from '../../rules/skeleton.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'
import { always, type Sql, sql, statement } from '../sql.ts'
import { claimInvitation } from './invitations.ts'
import { insertUser, isFreeName, type NewUser, newColumns, valuesOf } from './users.ts'

/** A new account. A name that is taken makes none, nor does an invitation that somebody else used: read back by id to see. */
export function signUp(
  db: D1Database,
  user: NewUser,
  invitation: SecretHash<'invitation'> | undefined,
  reference: string,
  now: Seconds,
  only: Sql = always,
): readonly Write[] {
  const insert =
    invitation === undefined ? [insertUser(db, user, only)] : invited(db, user, invitation, now, only)
  return [
    ...insert,
    db
      .prepare(
        `INSERT INTO audit_events (id, at, type, reference, user_id)
         SELECT ?1, ?2, 'signed_up', ?3, id FROM users WHERE id = ?1 ON CONFLICT DO NOTHING`,
      )
      .bind(user.id, now, reference),
  ]
}

/** Whoever has a link that was mailed can read that mail, so the address is proven when it is the same. */
function invited(
  db: D1Database,
  user: NewUser,
  hash: SecretHash<'invitation'>,
  now: Seconds,
  only: Sql,
): readonly Write[] {
  return [
    claimInvitation(db, hash, user, now),
    db
      .prepare(
        `INSERT INTO users (${newColumns}) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
         WHERE EXISTS (SELECT 1 FROM invitations WHERE token_hash = ?10 AND used_by = ?1) AND ${isFreeName('?9')} AND ${only.text}
         ON CONFLICT DO NOTHING`,
      )
      .bind(...valuesOf(user), hash.sha256, ...only.values),
    db
      .prepare(
        `UPDATE OR IGNORE users SET email_verified_at = ?2 WHERE id = ?1 AND email_verified_at IS NULL AND EXISTS (
           SELECT 1 FROM invitations i
           WHERE i.token_hash = ?3 AND i.used_by = ?1 AND i.was_mailed = 1 AND lower(i.email) = lower(users.email))`,
      )
      .bind(user.id, now, hash.sha256),
  ]
}

/** Whether somebody has this name already, or one that looks like it. */
export function isNameTaken(db: D1Database, username: string): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS found FROM users WHERE username_key = ${nameKey(username)} OR username_skeleton = ${skeletonOf(username)}`,
    ),
    read: (rows) => rows.length > 0,
  }
}
