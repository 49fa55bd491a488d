import type { Seconds } from '../../values/time.ts'
import {
  beforeKey,
  integer,
  keyOfTime,
  optional,
  type Page,
  pageOf,
  type Query,
  type Row,
  text,
  type Write,
} from '../database.ts'

/** A notice on its way: what a logout token says, and to whom. */
export interface LogoutDelivery {
  readonly id: string
  readonly clientId: string
  readonly userId: string
  readonly sid: string
  readonly issuer: string
}

/** Taken at once. Each failure doubles the wait, from a minute; after ten it is given up. */
export const mostAtOnce = 20
const mostAttempts = 10

/**
 * Takes what is due, the newest first: receivers that are down don't hold up a sign-out of now. The next attempt is set before
 * this one is made: a run that dies loses nothing.
 */
export function claimDeliveries(db: D1Database, runId: string, most: number, now: Seconds): Write {
  return db
    .prepare(
      `UPDATE logout_deliveries SET claimed_by = ?1, attempts = attempts + 1,
         next_attempt_at = CASE WHEN attempts + 1 < ${mostAttempts} THEN ?2 + (60 << attempts) END
       WHERE id IN (SELECT id FROM logout_deliveries WHERE next_attempt_at <= ?2
         ORDER BY next_attempt_at DESC LIMIT ?3)`,
    )
    .bind(runId, now, most)
}

export function findClaimedDeliveries(db: D1Database, runId: string): Query<readonly LogoutDelivery[]> {
  return {
    statement: db
      .prepare(
        'SELECT id, client_id, user_id, sid, issuer FROM logout_deliveries WHERE claimed_by = ? AND delivered_at IS NULL',
      )
      .bind(runId),
    read: (rows) => rows.map(readDelivery),
  }
}

export function noteDelivered(db: D1Database, id: string, now: Seconds): Write {
  return db
    .prepare(
      'UPDATE logout_deliveries SET delivered_at = ?, next_attempt_at = NULL, last_error = NULL WHERE id = ?',
    )
    .bind(now, id)
}

export function noteDeliveryFailure(db: D1Database, id: string, error: string): Write {
  return db.prepare('UPDATE logout_deliveries SET last_error = ? WHERE id = ?').bind(error, id)
}

/** A notice as administrators see it. */
export interface ListedDelivery {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly createdAt: Seconds
  readonly attempts: number
  /** Undefined: delivered, or given up. */
  readonly nextAttemptAt: Seconds | undefined
  readonly deliveredAt: Seconds | undefined
  readonly lastError: string | undefined
}

/** Newest first, those before `after`, which is the key of a page. */
export function listDeliveries(db: D1Database, after: string, size: number): Query<Page<ListedDelivery>> {
  return {
    statement: db
      .prepare(
        `SELECT d.id, d.client_id, c.name, d.created_at, d.attempts, d.next_attempt_at, d.delivered_at, d.last_error
         FROM logout_deliveries d JOIN clients c ON c.id = d.client_id
         WHERE (d.created_at, d.id) < (?, ?) ORDER BY d.created_at DESC, d.id DESC LIMIT ?`,
      )
      .bind(...beforeKey(after), size + 1),
    read: pageOf(
      size,
      (row) => ({
        id: text(row, 'id'),
        clientId: text(row, 'client_id'),
        clientName: text(row, 'name'),
        createdAt: integer(row, 'created_at'),
        attempts: integer(row, 'attempts'),
        nextAttemptAt: optional(integer, row, 'next_attempt_at'),
        deliveredAt: optional(integer, row, 'delivered_at'),
        lastError: optional(text, row, 'last_error'),
      }),
      ({ createdAt, id }) => keyOfTime(createdAt, id),
    ),
  }
}

/** How many are on their way, and how many were given up since then; counted no further than `most`. */
export function countDeliveries(
  db: D1Database,
  since: Seconds,
  most: number,
): Query<{ readonly waiting: number; readonly givenUp: number }> {
  return {
    statement: db
      .prepare(
        `SELECT (SELECT count(*) FROM (SELECT 1 FROM logout_deliveries WHERE next_attempt_at > 0 LIMIT ?2)) AS waiting,
           (SELECT count(*) FROM (SELECT 1 FROM logout_deliveries
             WHERE next_attempt_at IS NULL AND delivered_at IS NULL AND created_at >= ?1 LIMIT ?2)) AS given_up`,
      )
      .bind(since, most),
    read: ([row = {}]) => ({ waiting: integer(row, 'waiting'), givenUp: integer(row, 'given_up') }),
  }
}

function readDelivery(row: Row): LogoutDelivery {
  return {
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    userId: text(row, 'user_id'),
    sid: text(row, 'sid'),
    issuer: text(row, 'issuer'),
  }
}
