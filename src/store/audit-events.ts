import type { Permission } from '../rules/people/role.ts'
import type { AuditEventType, CountedEventType } from '../rules/server/audit-event.ts'
import type { Seconds } from '../values/time.ts'
import type { Query, Write } from './database.ts'
import { type Act, actorIs, isFirstTime, mayChange } from './guards.ts'
import { always, and, raw, type Sql, sql, statement } from './sql.ts'

export interface AuditEvent {
  /** From the attempt: the same write executed twice leaves one row. */
  readonly id: string
  readonly type: AuditEventType
  readonly reference: string
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  readonly detail?: string | undefined
  /** The person concerned, if it is not their own act. */
  readonly subjectId?: string | undefined
}

/** `only`: write the event only if this condition is true. */
export function insertAuditEvent(db: D1Database, event: AuditEvent, now: Seconds, only: Sql = always): Write {
  const { id, type, reference, userId, clientId, detail, subjectId } = event
  return statement(
    db,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, client_id, detail, subject_id)
      SELECT ${id}, ${now}, ${type}, ${reference}, ${userId ?? null}, ${clientId ?? null}, ${detail ?? null},
        ${subjectId ?? null}
      WHERE ${only} ON CONFLICT DO NOTHING`,
  )
}

/** One row per day and type, however many there are. `reference` identifies the request, which is counted once. */
export function countEvent(
  db: D1Database,
  type: AuditEventType | CountedEventType,
  reference: string,
  now: Seconds,
  only: Sql = always,
): Write {
  return statement(
    db,
    sql`INSERT INTO event_counts (day, type, events, reference)
      SELECT ${Math.floor(now / 86_400)}, ${type}, 1, ${reference} WHERE ${only}
      ON CONFLICT DO UPDATE SET events = events + 1, reference = excluded.reference
        WHERE reference IS NOT excluded.reference`,
  )
}

const day: Seconds = 86_400

/** Events of one type per day, for one person (or one client, without a person), that are recorded individually. */
const mostOfAType = 100

/**
 * Records an event that can repeat, like a sign-in: after `most` of them in a day the rest are only counted. Events without a
 * person and a client are only counted: anybody can cause them. `insertAuditEvent` is for events that an attempt depends on.
 */
export function noteEvent(
  db: D1Database,
  event: AuditEvent,
  now: Seconds,
  only: Sql = always,
  most: number = mostOfAType,
): readonly Write[] {
  const { id, type, reference, userId, clientId } = event
  const named = userId === undefined ? clientId : userId
  if (named === undefined) return [countEvent(db, type, reference, now, only)]
  const column = userId === undefined ? 'client_id' : 'user_id'
  const isRare = sql`(SELECT count(*) FROM (SELECT 1 FROM audit_events
    WHERE ${raw(column)} = ${named} AND at > ${now - day} AND type = ${type} LIMIT ${most})) < ${most}`
  // Once it is a row, it is not counted as well.
  return [
    insertAuditEvent(db, event, now, and(only, isRare)),
    countEvent(db, type, reference, now, and(only, isFirstTime({ attemptId: id }))),
  ]
}

/**
 * An act on a client, recorded only if the actor may, and if the condition is true. For a change it is the last write of the
 * batch, since afterwards the attempt changes nothing more; for a deletion the first, since afterwards there is nothing left to
 * check.
 */
export function insertClientEvent(
  db: D1Database,
  act: Act,
  event: {
    readonly type: AuditEventType
    readonly reference: string
    readonly clientId: string
    readonly detail?: string
  },
  now: Seconds,
  only: Sql = always,
): Write {
  const { type, reference, clientId, detail } = event
  return statement(
    db,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, client_id, detail)
      SELECT ${act.attemptId}, ${now}, ${type}, ${reference}, ${act.actorId}, ${clientId}, ${detail ?? null}
      WHERE ${mayChange(act, clientId)} AND ${only} ON CONFLICT DO NOTHING`,
  )
}

interface AdminEvent {
  readonly type: AuditEventType
  readonly reference: string
  /** A user, a client, an API, a scope, a signing algorithm. */
  readonly target: string
  readonly detail?: string
}

/** Further conditions: in any case only the first write of an attempt is recorded. */
interface AdminCondition {
  readonly only?: Sql | undefined
  /** Of the actor: `administer` by default. */
  readonly permission?: Permission | undefined
}

/** An administrative act, recorded only if the actor may, and if the condition is true. */
export function insertAdminEvent(
  db: D1Database,
  act: Act,
  event: AdminEvent,
  now: Seconds,
  { only = always, permission = 'administer' }: AdminCondition,
): Write {
  const { type, reference, target, detail } = event
  const client = type.startsWith('client_') || type === 'access_ended' ? target : null
  return statement(
    db,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, client_id, detail, subject_id)
      SELECT ${act.attemptId}, ${now}, ${type}, ${reference}, ${act.actorId}, ${client}, ${detail ?? target},
        ${subjectOf(event) ?? null}
      WHERE ${actorIs(act, permission)} AND ${isFirstTime(act)} AND ${only} ON CONFLICT DO NOTHING`,
  )
}

/** The user concerned by an administrator's event: its target, or a user in its detail. */
function subjectOf({ type, target, detail }: AdminEvent): string | undefined {
  const isOfUser =
    type.startsWith('user_') ||
    ['role_changed', 'claims_changed', 'factors_reset', 'account_unlocked'].includes(type)
  if (isOfUser) return target
  return type === 'access_ended' ? detail : undefined
}

/** Whether an attempt took effect. */
export function hasAuditEvent(db: D1Database, id: string): Query<boolean> {
  return {
    statement: statement(db, sql`SELECT 1 AS found FROM audit_events WHERE id = ${id}`),
    read: (rows) => rows.length > 0,
  }
}
