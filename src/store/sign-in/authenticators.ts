import type { Seconds } from '../../values/time.ts'
import { first, integer, type Query, text, type Write } from '../database.ts'
import { isFirstTime } from '../guards.ts'
import { type Sql, sql, statement } from '../sql.ts'
import { type Binding, trustedFrom } from './trusted-factors.ts'

/** A person's authenticator app. secrets/authenticator-key.ts opens its key. */
export interface Authenticator {
  readonly sealedKey: string
  readonly createdAt: Seconds
}

export interface NewAuthenticator {
  readonly userId: string
  readonly sealedKey: string
  /** The step of the code that confirmed it: that code is used up. */
  readonly step: number
  readonly attemptId: string
}

/** Of two set-ups at once, the first is stored. */
export function insertAuthenticator(
  db: D1Database,
  made: NewAuthenticator,
  binding: Binding,
  now: Seconds,
): Write {
  const { userId, sealedKey, attemptId, step } = made
  return statement(
    db,
    sql`INSERT INTO authenticators (user_id, sealed_key, made_by, created_at, last_step, claimed_by, trusted_at)
      SELECT u.id, ${sealedKey}, ${attemptId}, ${now}, ${step}, ${attemptId}, ${trustedFrom(userId, binding, now)}
      FROM users u WHERE u.id = ${userId} AND ${isFirstTime({ attemptId })}
      ON CONFLICT DO NOTHING`,
  )
}

export function madeBy(userId: string, attemptId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM authenticators WHERE user_id = ${userId} AND made_by = ${attemptId})`
}

export function findAuthenticator(db: D1Database, userId: string): Query<Authenticator | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT sealed_key, created_at FROM authenticators WHERE user_id = ${userId}`,
    ),
    read: first((row) => ({ sealedKey: text(row, 'sealed_key'), createdAt: integer(row, 'created_at') })),
  }
}

/** RFC 6238 §5.2: a code works once. It invalidates every older one, or an observed code could be used after a newer one. */
export function claimStep(db: D1Database, userId: string, step: number, attemptId: string): Write {
  return statement(
    db,
    sql`UPDATE authenticators SET last_step = ${step}, claimed_by = ${attemptId}
      WHERE user_id = ${userId} AND last_step < ${step}`,
  )
}

export function isStepMine(db: D1Database, userId: string, attemptId: string): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS mine FROM authenticators WHERE user_id = ${userId} AND claimed_by = ${attemptId}`,
    ),
    read: (rows) => rows.length > 0,
  }
}

export function hasAuthenticator(userId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM authenticators WHERE user_id = ${userId})`
}

/** The app and its recovery codes. */
export function deleteAuthenticator(db: D1Database, userId: string): readonly Write[] {
  return [
    statement(db, sql`DELETE FROM recovery_codes WHERE user_id = ${userId}`),
    statement(db, sql`DELETE FROM authenticators WHERE user_id = ${userId}`),
  ]
}
