import type { Seconds } from '../../values/time.ts'
import { integer, optional, type Query, text, type Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { and, type Sql, sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'
import { hasAuthenticator, madeBy } from './authenticators.ts'

export interface RecoveryCodes {
  /** The number of unused ones. */
  readonly left: number
  /** The secret of their hashes; undefined: not recorded yet. */
  readonly secretId: string | undefined
  /** The attempt that created them. */
  readonly madeBy: string | undefined
  readonly createdAt: Seconds
}

export interface NewRecoveryCodes {
  readonly userId: string
  readonly hashes: readonly string[]
  /** The secret of the hashes. */
  readonly secretId: string
  readonly attemptId: string
}

/** The first ones, together with an authenticator: if this attempt is the one that set it up. */
export function insertRecoveryCodes(db: D1Database, made: NewRecoveryCodes, now: Seconds): Write {
  return insert(db, made, now, madeBy(made.userId, made.attemptId))
}

/** New ones that replace all existing ones, used or not. */
export function replaceRecoveryCodes(db: D1Database, made: NewRecoveryCodes, now: Seconds): readonly Write[] {
  const { userId, attemptId } = made
  const only = isFirstTime({ attemptId })
  return [
    statement(db, sql`DELETE FROM recovery_codes WHERE user_id = ${userId} AND ${only}`),
    insert(db, made, now, and(only, hasAuthenticator(userId))),
  ]
}

function insert(db: D1Database, made: NewRecoveryCodes, now: Seconds, only: Sql): Write {
  return statement(
    db,
    sql`INSERT INTO recovery_codes (user_id, code_hash, made_by, created_at, secret_id)
      SELECT ${made.userId}, value, ${made.attemptId}, ${now}, ${made.secretId}
      FROM json_each(${JSON.stringify(made.hashes)}) WHERE ${only} ON CONFLICT DO NOTHING`,
  )
}

export function findRecoveryCodes(db: D1Database, userId: string): Query<RecoveryCodes> {
  return {
    statement: statement(
      db,
      sql`SELECT count(*) - count(used_at) AS unused, max(made_by) AS made_by,
               max(secret_id) AS secret_id, ifnull(max(created_at), 0) AS created_at
        FROM recovery_codes WHERE user_id = ${userId}`,
    ),
    read: ([row = {}]) => ({
      left: integer(row, 'unused'),
      madeBy: optional(text, row, 'made_by'),
      secretId: optional(text, row, 'secret_id'),
      createdAt: integer(row, 'created_at'),
    }),
  }
}

/** The first use counts. */
export function claimRecoveryCode(
  db: D1Database,
  userId: string,
  hashes: readonly string[],
  attemptId: string,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE recovery_codes SET used_at = ${now}, used_by = ${attemptId}
        WHERE user_id = ${userId} AND code_hash IN (SELECT value FROM json_each(${JSON.stringify(hashes)}))
          AND used_at IS NULL`,
  )
}

export function hasSpentRecoveryCode(userId: string, attemptId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ${userId} AND used_by = ${attemptId})`
}

/** For codes from before this was recorded. */
export function noteSecretOfCodes(db: D1Database, secretId: string, most: number): Write {
  return statement(
    db,
    sql`UPDATE recovery_codes SET secret_id = ${secretId} WHERE (user_id, code_hash) IN (
          SELECT user_id, code_hash FROM recovery_codes
          WHERE ifnull(secret_id, '') = '' AND used_at IS NULL LIMIT ${most})`,
  )
}

/** Whether the viewer has unused codes that need an older secret. */
export function areOwnCodesOld(db: D1Database, who: Whose, secretId: string): Query<boolean> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS old FROM recovery_codes
        WHERE user_id = ${user} AND used_at IS NULL AND ifnull(secret_id, ${secretId}) <> ${secretId} LIMIT 1`,
    ),
    read: (rows) => rows.length > 0,
  }
}

/** The number of people with unused codes that need an older secret; counted up to `most`. */
export function countPeopleWithOldCodes(db: D1Database, secretId: string, most: number): Query<number> {
  return {
    statement: statement(
      db,
      sql`SELECT count(*) AS people FROM (SELECT DISTINCT user_id FROM (
            SELECT user_id FROM recovery_codes WHERE ifnull(secret_id, '') > '' AND ifnull(secret_id, '') < ${secretId}
              AND used_at IS NULL
            UNION ALL SELECT user_id FROM recovery_codes WHERE ifnull(secret_id, '') > ${secretId} AND used_at IS NULL
          ) LIMIT ${most})`,
    ),
    read: ([row = {}]) => integer(row, 'people'),
  }
}
