import type { LockoutRule } from '../../rules/sign-in/lockout.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, type Query, type Write } from '../database.ts'

/**
 * Claims one attempt, before the password is looked at. While the subject is locked nothing changes; otherwise the count
 * grows, and past the free ones a lock begins that doubles with each. `attemptId` makes a repeated write count once.
 */
export function claimAttempt(
  db: D1Database,
  subject: string,
  rule: LockoutRule,
  attemptId: string,
  now: Seconds,
): Write {
  return db
    .prepare(
      `INSERT INTO sign_in_attempts (subject, attempts, attempted_at, locked_until, claimed_by) VALUES (?1, 1, ?2, 0, ?6)
       ON CONFLICT (subject) DO UPDATE SET
         attempts = CASE WHEN attempted_at < ?2 - ?5 THEN 1 ELSE attempts + 1 END,
         locked_until = CASE
           WHEN attempted_at < ?2 - ?5 OR attempts + 1 < ?3 THEN 0
           ELSE ?2 + min(?4, 1 << min(attempts + 2 - ?3, 20)) END,
         attempted_at = ?2,
         claimed_by = ?6
       WHERE locked_until <= ?2 AND claimed_by <> ?6`,
    )
    .bind(subject, now, rule.free, rule.longest, rule.window, attemptId)
}

/** Undefined when this attempt was claimed; otherwise the time until which the subject is locked. */
export function findLock(db: D1Database, subject: string, attemptId: string): Query<Seconds | undefined> {
  return {
    statement: db
      .prepare('SELECT locked_until FROM sign_in_attempts WHERE subject = ? AND claimed_by <> ?')
      .bind(subject, attemptId),
    read: first((row) => integer(row, 'locked_until')),
  }
}

/** The how-manieth this attempt is. Undefined when it was not claimed. */
export function countAttempts(db: D1Database, subject: string, attemptId: string): Query<number | undefined> {
  return {
    statement: db
      .prepare('SELECT attempts FROM sign_in_attempts WHERE subject = ? AND claimed_by = ?')
      .bind(subject, attemptId),
    read: first((row) => integer(row, 'attempts')),
  }
}

export function forgetAttempts(db: D1Database, subject: string): Write {
  return db.prepare('DELETE FROM sign_in_attempts WHERE subject = ?').bind(subject)
}

/** A success of one person must not count against all who share the address. */
export function returnAttempt(db: D1Database, subject: string, rule: LockoutRule, attemptId: string): Write {
  return db
    .prepare(
      `UPDATE sign_in_attempts SET attempts = attempts - 1, claimed_by = '',
         locked_until = CASE WHEN attempts - 1 < ? THEN 0 ELSE locked_until END
       WHERE subject = ? AND claimed_by = ?`,
    )
    .bind(rule.free, subject, attemptId)
}
