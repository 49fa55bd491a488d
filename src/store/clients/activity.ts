import { activityDays, dayOf } from '../../rules/clients/activity.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, text, type Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The result of a client's request at the token endpoint. */
export interface Outcome {
  readonly clientId: string
  /** `issued`, or the error code. */
  readonly outcome: string
  /** As in the log. */
  readonly reason?: string | undefined
  /** Identifies the request, which is counted once. */
  readonly reference: string
  /** The number of requests that it counts for. */
  readonly step: number
}

/**
 * One row per client, day and outcome, however many requests are made. Returns how often the outcome was counted that day;
 * undefined when the client was deleted, or the statement was executed before.
 */
export function countOutcome(
  db: D1Database,
  { clientId, outcome, reason, reference, step }: Outcome,
  now: Seconds,
): Query<number | undefined> {
  return {
    statement: statement(
      db,
      sql`INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reason, reference)
        SELECT id, ${dayOf(now)}, ${outcome}, ${step}, ${now}, ${reason ?? null}, ${reference} FROM clients WHERE id = ${clientId}
        ON CONFLICT DO UPDATE SET counted = counted + excluded.counted, noted_at = excluded.noted_at,
          reason = excluded.reason, reference = excluded.reference WHERE reference <> excluded.reference
        RETURNING counted`,
    ),
    read: first((row) => integer(row, 'counted')),
  }
}

/** To the hour. */
export function noteClientUse(db: D1Database, clientId: string, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE clients SET last_used_at = ${now}
      WHERE id = ${clientId} AND ifnull(last_used_at, 0) <= ${now - 3600}`,
  )
}

export interface DayOutcome {
  readonly day: number
  readonly outcome: string
  readonly counted: number
  /** The last time. */
  readonly notedAt: Seconds
  readonly reason: string | undefined
  readonly reference: string
}

/** For the last days, the newest first. A day has at most one row per error. */
export function listActivity(db: D1Database, clientId: string, now: Seconds): Query<readonly DayOutcome[]> {
  return {
    statement: statement(
      db,
      sql`SELECT day, outcome, counted, noted_at, reason, reference FROM client_activity
        WHERE client_id = ${clientId} AND day > ${dayOf(now) - activityDays} ORDER BY day DESC, outcome DESC`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        day: integer(row, 'day'),
        outcome: text(row, 'outcome'),
        counted: integer(row, 'counted'),
        notedAt: integer(row, 'noted_at'),
        reason: optional(text, row, 'reason'),
        reference: text(row, 'reference'),
      })),
  }
}
