import { nameKey } from '../../rules/people/person.ts'
import { skeletonOf } from '../../rules/skeleton.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { type Budget, claimAttempt, isLocked } from '../sign-in/tries.ts'
import { type Sql, sql, statement } from '../sql.ts'
import { claimInvitation } from './invitations.ts'
import { insertUser, type NewUser } from './users.ts'

export interface SignUp {
  readonly user: NewUser
  readonly invitation: SecretHash<'invitation'> | undefined
  /** Daily limits of the person's networks. None for an invited person. */
  readonly budgets: readonly Budget[]
  readonly reference: string
}

/** A new account. A taken name creates none, nor does a used invitation, nor a network at its limit: read back by id to see. */
export function insertSignUp(
  db: D1Database,
  { user, invitation, budgets, reference }: SignUp,
  now: Seconds,
  only: Sql,
): readonly Write[] {
  const { id, username } = user
  // The event stays when the account is deleted: nobody gets its id again by sending the form again.
  const isFirst = isFirstTime({ attemptId: id })
  const isWanted = sql`NOT ${isTaken(username)} AND NOT ${isLocked(budgets, id, now)} AND ${isFirst} AND ${only}`
  const isMade = isMadeNow(id, now)
  const counting = budgets.map((budget) => ({ ...budget, only: isMade }))
  return [
    ...(invitation === undefined
      ? insertUser(db, user, isWanted)
      : invited(db, user, invitation, now, isWanted)),
    statement(
      db,
      sql`INSERT INTO sign_ups (user_id, created_at) SELECT ${id}, ${now} WHERE ${isMade} ON CONFLICT DO NOTHING`,
    ),
    ...claimAttempt(db, counting, id, now),
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id)
          SELECT ${id}, ${now}, 'signed_up', ${reference}, id FROM users WHERE id = ${id} ON CONFLICT DO NOTHING`,
    ),
  ]
}

/** The account was created just now, by this request: for writes that follow in the same batch. */
export function isMadeNow(id: string, now: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM users WHERE id = ${id} AND created_at = ${now})`
}

/** A person with the mailed link can read that mail, so the address is confirmed when it is the same. */
function invited(
  db: D1Database,
  user: NewUser,
  hash: SecretHash<'invitation'>,
  now: Seconds,
  only: Sql,
): readonly Write[] {
  const { id } = user
  const isInvited = sql`EXISTS (SELECT 1 FROM invitations WHERE token_hash = ${hash.sha256} AND used_by = ${id})`
  return [
    claimInvitation(db, hash, user, now, only),
    ...insertUser(db, user, sql`${isInvited} AND ${only}`),
    statement(
      db,
      sql`UPDATE OR IGNORE users SET email_verified_at = ${now} WHERE id = ${id} AND email_verified_at IS NULL AND EXISTS (
            SELECT 1 FROM invitations i
            WHERE i.token_hash = ${hash.sha256} AND i.used_by = ${id} AND i.was_mailed = 1 AND lower(i.email) = lower(users.email))`,
    ),
  ]
}

/** Whether an existing name is the same or looks like it. `exceptOf`: the id of an account that may have it. */
export function isTaken(username: string, exceptOf = ''): Sql {
  return sql`EXISTS (SELECT 1 FROM users
    WHERE (username_key = ${nameKey(username)} OR username_skeleton = ${skeletonOf(username)}) AND id <> ${exceptOf})`
}

export function isNameTaken(db: D1Database, username: string): Query<boolean> {
  return {
    statement: statement(db, sql`SELECT 1 AS found WHERE ${isTaken(username)}`),
    read: (rows) => rows.length > 0,
  }
}
