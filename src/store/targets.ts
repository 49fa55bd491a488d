import type { Permission } from '../rules/people/role.ts'
import type { AuditEventType } from '../rules/server/audit-event.ts'
import type { Seconds } from '../values/time.ts'
import { type Query, text, type Write } from './database.ts'
import { type Act, actorIs } from './guards.ts'
import { raw, type Sql, sql, statement } from './sql.ts'

/** One of several things that an act concerns, with the id of its event. */
export interface Target {
  /** A user or a client. */
  readonly id: string
  readonly eventId: string
}

/** A table with the columns `id` and `event`. */
function tableOfTargets(targets: readonly Target[]): Sql {
  const pairs = JSON.stringify(targets.map(({ id, eventId }) => [id, eventId]))
  return sql`(SELECT value ->> 0 AS id, value ->> 1 AS event FROM json_each(${pairs}))`
}

interface TargetEvent {
  readonly type: AuditEventType
  readonly reference: string
  readonly permission: Permission
  readonly about: 'users' | 'clients'
  /** For the target `p.id`: whether the act would change anything. */
  readonly only: Sql
}

/**
 * Before the writes: an event for each target that the actor may change, and that would change. A target that already has its
 * event is changed no more.
 */
export function noteTargets(
  db: D1Database,
  act: Act,
  targets: readonly Target[],
  { type, reference, permission, about, only }: TargetEvent,
  now: Seconds,
): Write {
  const column = raw(about === 'users' ? 'subject_id' : 'client_id')
  return statement(
    db,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail, ${column})
      SELECT p.event, ${now}, ${type}, ${reference}, ${act.actorId}, p.id, p.id FROM ${tableOfTargets(targets)} p
      WHERE ${actorIs(act, permission)} AND ${only} ON CONFLICT DO NOTHING`,
  )
}

/** After `noteTargets` in the same batch: the column is the id of a target whose event was just recorded. */
export function isNotedTarget(column: string, targets: readonly Target[], now: Seconds): Sql {
  return sql`${raw(column)} IN (SELECT p.id FROM ${tableOfTargets(targets)} p
    JOIN audit_events e ON e.id = p.event WHERE e.at = ${now})`
}

/** The ids of the targets whose events are recorded, by this attempt or the same one before. */
export function findNotedTargets(db: D1Database, targets: readonly Target[]): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT p.id FROM ${tableOfTargets(targets)} p JOIN audit_events e ON e.id = p.event`,
    ),
    read: (rows) => rows.map((row) => text(row, 'id')),
  }
}
