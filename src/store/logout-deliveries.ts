import type { Seconds } from '../protocol/time.ts'
import { type Query, type Row, text, type Write } from './database.ts'

/** A notice on its way: what a logout token says, and where it goes. */
export interface LogoutDelivery {
  readonly id: string
  readonly clientId: string
  readonly userId: string
  readonly sid: string
  readonly issuer: string
}

/** Taken at once by one run. Each failure doubles the wait, from a minute; after ten it is given up. */
const batchSize = 20
const mostAttempts = 10

/** Takes what is due. The next attempt is set before this one is made: a run that dies loses nothing. */
export function claimDeliveries(db: D1Database, runId: string, now: Seconds): Write {
  return db
    .prepare(
      `UPDATE logout_deliveries SET claimed_by = ?1, attempts = attempts + 1,
         next_attempt_at = CASE WHEN attempts + 1 < ${mostAttempts} THEN ?2 + (60 << attempts) END
       WHERE id IN (SELECT id FROM logout_deliveries WHERE next_attempt_at <= ?2 LIMIT ${batchSize})`,
    )
    .bind(runId, now)
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

function readDelivery(row: Row): LogoutDelivery {
  return {
    id: text(row, 'id'),
    clientId: text(row, 'client_id'),
    userId: text(row, 'user_id'),
    sid: text(row, 'sid'),
    issuer: text(row, 'issuer'),
  }
}
