import type { LockoutRule } from '../../rules/sign-in/lockout.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, type Write } from '../database.ts'
import { type Act, actorIs, isFirstTime } from '../guards.ts'
import { always, type Sql, sql, statement } from '../sql.ts'

/** The subject and rule by which an attempt is counted. */
export interface Budget {
  readonly subject: string
  readonly rule: LockoutRule
  /** A condition, where not every attempt counts. */
  readonly only?: Sql
}

/**
 * Claims one attempt of all these budgets, or of none when one of them is used up: a refused attempt writes nothing. Called
 * before the password is checked. `attemptId` makes a repeated write count once.
 */
export function claimAttempt(
  db: D1Database,
  budgets: readonly Budget[],
  attemptId: string,
  now: Seconds,
): readonly Write[] {
  const isRefused = isLocked(budgets, attemptId, now)
  return budgets.map(({ subject, rule, only = always }) => {
    const { window } = rule
    const counted = sql`CASE WHEN forgotten_at <= ${now} THEN 1 ELSE attempts + 1 END`
    return statement(
      db,
      sql`INSERT INTO sign_in_attempts (subject, attempts, attempted_at, locked_until, forgotten_at, claimed_by)
          SELECT ${subject}, 1, ${now}, ${lockAfter(rule, sql`1`, now)}, ${now + window}, ${attemptId} WHERE NOT ${isRefused} AND ${only}
          ON CONFLICT (subject) DO UPDATE SET
            attempts = ${counted}, locked_until = ${lockAfter(rule, counted, now)},
            attempted_at = ${now}, forgotten_at = ${now + window}, claimed_by = ${attemptId}
          WHERE claimed_by <> ${attemptId}`,
    )
  })
}

/** Whether one of these budgets is used up, by other attempts than this one. */
export function isLocked(budgets: readonly Budget[], attemptId: string, now: Seconds): Sql {
  return sql`EXISTS (SELECT 1 FROM sign_in_attempts ${whereLocked(budgets, attemptId, now)})`
}

/** The time until which the budget is used up after this many attempts; 0 when it is not. */
function lockAfter({ free, first, longest }: LockoutRule, attempts: Sql, now: Seconds): Sql {
  return sql`CASE WHEN ${attempts} < ${free} THEN 0 ELSE ${now} + min(${longest}, ${first} << min(${attempts} - ${free}, 20)) END`
}

function whereLocked(budgets: readonly Budget[], attemptId: string, now: Seconds): Sql {
  const subjects = JSON.stringify(budgets.map(({ subject }) => subject))
  return sql`WHERE subject IN (SELECT value FROM json_each(${subjects})) AND locked_until > ${now} AND claimed_by <> ${attemptId}`
}

/** Undefined when this attempt was claimed; otherwise the time until which it is refused. */
export function findLock(
  db: D1Database,
  budgets: readonly Budget[],
  attemptId: string,
  now: Seconds,
): Query<Seconds | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT max(locked_until) AS until FROM sign_in_attempts ${whereLocked(budgets, attemptId, now)}`,
    ),
    read: (rows) => first((row) => optional(integer, row, 'until'))(rows),
  }
}

/** The number of counted attempts, including this one. Undefined when it was not claimed. */
export function countAttempts(db: D1Database, subject: string, attemptId: string): Query<number | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT attempts FROM sign_in_attempts WHERE subject = ${subject} AND claimed_by = ${attemptId}`,
    ),
    read: first((row) => integer(row, 'attempts')),
  }
}

/** Matches counters for any of these subjects, alone or combined, as for an account and an address block. */
export function isCountedFor(subjects: readonly string[]): Sql {
  const [first = sql`false`, ...others] = subjects.map(
    (subject) => sql`subject = ${subject} OR (subject > ${`${subject}:`} AND subject < ${`${subject};`})`,
  )
  return others.reduce((all, one) => sql`${all} OR ${one}`, first)
}

export function forgetAttempts(db: D1Database, subject: string): Write {
  return statement(db, sql`DELETE FROM sign_in_attempts WHERE subject = ${subject}`)
}

/** By an administrator, before its event. */
export function forgetAllAttempts(db: D1Database, act: Act, subjects: readonly string[]): Write {
  return statement(
    db,
    sql`DELETE FROM sign_in_attempts WHERE (${isCountedFor(subjects)})
        AND ${actorIs(act, 'administer')}
        AND ${isFirstTime(act)}`,
  )
}

/** The number of failed attempts for any of these subjects, from unknown browsers. */
export function countAllAttempts(db: D1Database, subjects: readonly string[], now: Seconds): Query<number> {
  return {
    statement: statement(
      db,
      sql`SELECT ifnull(sum(attempts), 0) AS counted FROM sign_in_attempts
          WHERE subject IN (SELECT value FROM json_each(${JSON.stringify(subjects)})) AND forgotten_at > ${now}`,
    ),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'counted')),
  }
}

/** A success of one person must not count against everybody who shares the budget. */
export function returnAttempt(db: D1Database, { subject, rule }: Budget, attemptId: string): Write {
  return statement(
    db,
    sql`UPDATE sign_in_attempts SET attempts = attempts - 1, claimed_by = '',
          locked_until = CASE WHEN attempts - 1 < ${rule.free} THEN 0 ELSE locked_until END
        WHERE subject = ${subject} AND claimed_by = ${attemptId}`,
  )
}
