import { removalWindow } from '../../rules/sign-in/factor-removal.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, type Query, type Write } from '../database.ts'
import type { VerifiedPassword } from '../people/users.ts'
import { raw, sql, statement } from '../sql.ts'
import { endAuthorizations } from '../tokens/authorizations.ts'
import { type Whose, whose } from '../whose.ts'
import { endSessions } from './sessions.ts'

/** A person's act about their lost factors, as one attempt. */
export interface RemovalAct {
  readonly userId: string
  readonly attemptId: string
  readonly reference: string
}

/** When the factors of a person are removed, if that was requested and has not expired. */
export function findFactorRemoval(db: D1Database, who: Whose, now: Seconds): Query<Seconds | undefined> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT due_at FROM factor_removals WHERE user_id = ${user} AND due_at > ${now - removalWindow}`,
    ),
    read: first((row) => integer(row, 'due_at')),
  }
}

/** Once per person: asking again does not restart the wait, unless the last one has expired. Never for an administrator. */
export function askForFactorRemoval(
  db: D1Database,
  { userId, attemptId, reference }: RemovalAct,
  delay: Seconds,
  now: Seconds,
): readonly Write[] {
  return [
    sql`DELETE FROM factor_removals WHERE user_id = ${userId} AND due_at <= ${now - removalWindow}`,
    sql`INSERT INTO factor_removals (user_id, asked_at, due_at, asked_by)
      SELECT u.id, ${now}, ${now + delay}, ${attemptId} FROM users u
      WHERE u.id = ${userId} AND u.role <> 'administrator' ON CONFLICT DO NOTHING`,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id)
      SELECT ${attemptId}, ${now}, 'factor_removal_asked', ${reference}, user_id FROM factor_removals
      WHERE user_id = ${userId} AND asked_by = ${attemptId} ON CONFLICT DO NOTHING`,
  ].map((text) => statement(db, text))
}

/** By a person who has shown a factor. */
export function stopFactorRemoval(
  db: D1Database,
  { userId, attemptId, reference }: RemovalAct,
  now: Seconds,
): readonly Write[] {
  return [
    sql`INSERT INTO audit_events (id, at, type, reference, user_id)
      SELECT ${attemptId}, ${now}, 'factor_removal_stopped', ${reference}, user_id FROM factor_removals
      WHERE user_id = ${userId} ON CONFLICT DO NOTHING`,
    sql`DELETE FROM factor_removals WHERE user_id = ${userId}`,
  ].map((text) => statement(db, text))
}

export interface DueRemoval {
  /** The verified password. */
  readonly verified: VerifiedPassword
  readonly attemptId: string
  readonly reference: string
  readonly issuer: string
}

/**
 * Removes the factors that existed when their removal was requested, all sessions and all authorizations, if the time has come.
 * The event is written before the request for removal is deleted; the earlier writes are guarded by that.
 */
export function removeLostFactors(db: D1Database, removal: DueRemoval, now: Seconds): readonly Write[] {
  const { verified, attemptId, reference, issuer } = removal
  const { userId, passwordHash } = verified
  const due = sql`EXISTS (SELECT 1 FROM factor_removals r JOIN users u ON u.id = r.user_id
    WHERE r.user_id = ${userId} AND u.password_hash = ${passwordHash} AND u.role <> 'administrator'
      AND r.due_at <= ${now} AND r.due_at > ${now - removalWindow})`
  const tables = ['passkeys', 'recovery_codes', 'authenticators']
  return [
    ...tables.map((table) =>
      statement(
        db,
        sql`DELETE FROM ${raw(table)} WHERE user_id = ${userId} AND ${due}
          AND created_at <= (SELECT asked_at FROM factor_removals WHERE user_id = ${userId})`,
      ),
    ),
    ...endSessions(db, { condition: sql`s.user_id = ${userId} AND ${due}`, issuer, now }),
    endAuthorizations(db, sql`user_id = ${userId} AND ${due}`, 'factors_reset', now),
    ...[
      sql`INSERT INTO audit_events (id, at, type, reference, user_id)
        SELECT ${attemptId}, ${now}, 'factors_removed', ${reference}, ${userId} WHERE ${due} ON CONFLICT DO NOTHING`,
      sql`DELETE FROM factor_removals WHERE user_id = ${userId} AND ${due}`,
    ].map((text) => statement(db, text)),
  ]
}
