import { activityDays, dayOf } from '../../rules/clients/activity.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, optional, type Query, text, type Write } from '../database.ts'
import { always, type Sql } from '../sql.ts'

/** What became of a request of a client at the token endpoint. */
export interface Outcome {
  readonly clientId: string
  /** `issued`, or the error code. */
  readonly outcome: string
  /** As in the log. */
  readonly reason?: string | undefined
  /** Of the request, which is counted once. */
  readonly reference: string
  /** For how many it counts. */
  readonly step: number
}

/** One row a client, day and outcome, however many requests there are and whoever sends them. */
export function countOutcome(
  db: D1Database,
  { clientId, outcome, reason, reference, step }: Outcome,
  now: Seconds,
  only: Sql = always,
): Write {
  return db
    .prepare(
      `INSERT INTO client_activity (client_id, day, outcome, counted, noted_at, reason, reference)
       SELECT id, ?, ?, ?, ?, ?, ? FROM clients WHERE id = ? AND ${only.text}
       ON CONFLICT DO UPDATE SET counted = counted + excluded.counted, noted_at = excluded.noted_at,
         reason = excluded.reason, reference = excluded.reference WHERE reference <> excluded.reference`,
    )
    .bind(dayOf(now), outcome, step, now, reason ?? null, reference, clientId, ...only.values)
}

/** To the hour. */
export function noteClientUse(db: D1Database, clientId: string, now: Seconds, only: Sql = always): Write {
  return db
    .prepare(
      `UPDATE clients SET last_used_at = ? WHERE id = ? AND ifnull(last_used_at, 0) <= ? AND ${only.text}`,
    )
    .bind(now, clientId, now - 3600, ...only.values)
}

/** How often each outcome was counted today. */
export function countedToday(
  db: D1Database,
  clientId: string,
  now: Seconds,
): Query<ReadonlyMap<string, number>> {
  return {
    statement: db
      .prepare('SELECT outcome, counted FROM client_activity WHERE client_id = ? AND day = ?')
      .bind(clientId, dayOf(now)),
    read: (rows) => new Map(rows.map((row) => [text(row, 'outcome'), integer(row, 'counted')])),
  }
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

/** Of the last days, the newest first. A day has at most as many rows as there are errors. */
export function listActivity(db: D1Database, clientId: string, now: Seconds): Query<readonly DayOutcome[]> {
  return {
    statement: db
      .prepare(
        `SELECT day, outcome, counted, noted_at, reason, reference FROM client_activity
         WHERE client_id = ? AND day > ? ORDER BY day DESC, outcome DESC`,
      )
      .bind(clientId, dayOf(now) - activityDays),
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
