import type { Seconds } from '../../values/time.ts'
import { notYet } from '../audit-events.ts'
import { both, type Condition, integer, optional, type Query, text, type Write } from '../database.ts'
import { hasAuthenticator, madeBy } from './authenticators.ts'

export interface RecoveryCodes {
  /** How many can still be used. */
  readonly left: number
  /** The attempt that made them. */
  readonly madeBy: string | undefined
  readonly createdAt: Seconds
}

export interface NewRecoveryCodes {
  readonly userId: string
  readonly hashes: readonly string[]
  readonly attemptId: string
}

/** The first ones, together with an authenticator: if this attempt is the one that set it up. */
export function insertRecoveryCodes(db: D1Database, made: NewRecoveryCodes, now: Seconds): Write {
  return insert(db, made, now, madeBy(made.userId, made.attemptId))
}

/** New ones for all that were there, used or not. */
export function replaceRecoveryCodes(db: D1Database, made: NewRecoveryCodes, now: Seconds): readonly Write[] {
  const { userId, attemptId } = made
  const only = notYet(attemptId)
  return [
    db.prepare(`DELETE FROM recovery_codes WHERE user_id = ? AND ${only.sql}`).bind(userId, ...only.values),
    insert(db, made, now, both(only, hasAuthenticator(userId))),
  ]
}

function insert(db: D1Database, made: NewRecoveryCodes, now: Seconds, only: Condition): Write {
  return db
    .prepare(
      `INSERT INTO recovery_codes (user_id, code_hash, made_by, created_at)
       SELECT ?, value, ?, ? FROM json_each(?) WHERE ${only.sql} ON CONFLICT DO NOTHING`,
    )
    .bind(made.userId, made.attemptId, now, JSON.stringify(made.hashes), ...only.values)
}

export function findRecoveryCodes(db: D1Database, userId: string): Query<RecoveryCodes> {
  return {
    statement: db
      .prepare(
        `SELECT count(*) - count(used_at) AS unused, max(made_by) AS made_by, ifnull(max(created_at), 0) AS created_at
         FROM recovery_codes WHERE user_id = ?`,
      )
      .bind(userId),
    read: ([row = {}]) => ({
      left: integer(row, 'unused'),
      madeBy: optional(text, row, 'made_by'),
      createdAt: integer(row, 'created_at'),
    }),
  }
}

/** Whoever comes first has it. */
export function claimRecoveryCode(
  db: D1Database,
  userId: string,
  hash: string,
  attemptId: string,
  now: Seconds,
): Write {
  return db
    .prepare(
      `UPDATE recovery_codes SET used_at = ?, used_by = ?
       WHERE user_id = ? AND code_hash = ? AND used_at IS NULL`,
    )
    .bind(now, attemptId, userId, hash)
}

export function hasSpentRecoveryCode(userId: string, attemptId: string): Condition {
  return {
    sql: 'EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ? AND used_by = ?)',
    values: [userId, attemptId],
  }
}
