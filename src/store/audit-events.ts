import type { Permission } from '../rules/people/role.ts'
import type { Seconds } from '../values/time.ts'
import {
  beforeKey,
  combined,
  integer,
  keyOfTime,
  optional,
  type Page,
  type Query,
  type Row,
  text,
  type Write,
} from './database.ts'
import { type Act, actorIs, isFirstTime, mayChange } from './guards.ts'
import { always, and, commaSeparated, raw, type Sql, sql, statement } from './sql.ts'
import { type Whose, whose } from './whose.ts'

/** Events that anybody can cause without limit: they are counted by the day instead of recorded. Earlier releases recorded some. */
export type CountedEventType =
  | 'sign_in_failed'
  | 'sign_in_locked'
  | 'password_refused'
  | 'second_factor_failed'

/** Events of earlier releases: now the row of the authorization is the record, until it is purged and counted. */
export type FormerEventType = 'authorization_issued'

/** Events that become a row of the log. */
export type AuditEventType =
  | 'administrator_created'
  | 'sign_in'
  | 'sign_out'
  | 'recovery_code_used'
  | 'authenticator_added'
  | 'authenticator_removed'
  | 'recovery_codes_replaced'
  | 'passkey_added'
  | 'passkey_removed'
  | 'passkey_refused'
  | 'password_reset_requested'
  | 'password_reset'
  | 'ways_reviewed'
  | 'factor_removal_asked'
  | 'factor_removal_stopped'
  | 'factors_removed'
  | 'mail_failed'
  | 'email_link_sent'
  | 'email_verified'
  | 'account_locked'
  | 'account_unlocked'
  | 'code_locked'
  | 'lock_ended'
  | 'signed_up'
  | 'invitation_sent'
  | 'invitation_withdrawn'
  | 'client_registered'
  | 'client_updated'
  | 'client_policy_updated'
  | 'client_deleted'
  | 'client_secret_made'
  | 'client_secret_deleted'
  | 'client_suspended'
  | 'client_resumed'
  | 'client_approved'
  | 'client_refused'
  | 'client_trust_changed'
  | 'user_suspended'
  | 'user_resumed'
  | 'user_created'
  | 'user_deleted'
  | 'role_changed'
  | 'claims_changed'
  | 'access_ended'
  | 'user_sessions_ended'
  | 'factors_reset'
  | 'api_saved'
  | 'api_deleted'
  | 'everything_ended'
  | 'people_imported'
  | 'audit_exported'
  | 'scope_saved'
  | 'scope_deleted'
  | 'signing_key_made'
  | 'signing_key_withdrawn'
  | 'consent_given'
  | 'authorizations_issued'
  | 'sign_ups_expired'
  | 'authorization_denied'
  | 'code_replayed'
  | 'refresh_token_reused'
  | 'token_revoked'
  | 'account_exported'
  | 'profile_updated'
  | 'email_changed'
  | 'password_changed'
  | 'session_ended'
  | 'other_sessions_ended'
  | 'consent_removed'
  | 'account_deleted'

export interface AuditEvent {
  /** From the attempt: the same write executed twice leaves one row. */
  readonly id: string
  readonly type: AuditEventType
  readonly reference: string
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  readonly detail?: string | undefined
}

/** `only`: write the event only if this condition is true. */
export function insertAuditEvent(db: D1Database, event: AuditEvent, now: Seconds, only: Sql = always): Write {
  const { id, type, reference, userId, clientId, detail } = event
  return statement(
    db,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, client_id, detail)
      SELECT ${id}, ${now}, ${type}, ${reference}, ${userId ?? null}, ${clientId ?? null}, ${detail ?? null}
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

/** The number of events of the last day that this person caused, counted up to `most`. */
export function countOwnEvents(db: D1Database, who: Whose, most: number, now: Seconds): Query<number> {
  const user = whose(who)
  return {
    statement: statement(
      db,
      sql`SELECT count(*) AS n FROM (
          SELECT 1 FROM audit_events WHERE user_id = ${user} AND at > ${now - day} LIMIT ${most})`,
    ),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'n')),
  }
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

/** An administrative act, recorded only if the actor may, and if the condition is true. */
export function insertAdminEvent(
  db: D1Database,
  act: Act,
  event: AdminEvent,
  now: Seconds,
  only: Sql = always,
  permission: Permission = 'administer',
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
    type.startsWith('user_') || ['role_changed', 'claims_changed', 'factors_reset'].includes(type)
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

/** An event, as the person concerned sees it. */
export interface ListedEvent {
  readonly id: string
  readonly at: Seconds
  readonly type: string
  readonly reference: string
  /** Undefined when no client was involved, or it was deleted. */
  readonly clientName: string | undefined
  readonly detail: string | undefined
  /** Whether an administrator or support did it to the person. */
  readonly isDoneToThem: boolean
}

/** Newest first, those before `after`, the key of a page: acts by the person, and acts on them. */
export function listEvents(
  db: D1Database,
  who: Whose,
  after: string,
  size: number,
): Query<Page<ListedEvent>> {
  const user = whose(who)
  const listed = (column: 'user_id' | 'subject_id', only: Sql): Query<readonly ListedEvent[]> => ({
    statement: statement(
      db,
      sql`SELECT e.id, e.at, e.type, e.reference, e.detail, c.name
        FROM audit_events e LEFT JOIN clients c ON c.id = e.client_id
        WHERE e.${raw(column)} = ${user} AND (e.at, e.id) < (${commaSeparated(beforeKey(after))}) AND ${only}
        ORDER BY e.at DESC, e.id DESC LIMIT ${size + 1}`,
    ),
    read: (rows) => rows.map((row) => readEvent(row, column === 'subject_id')),
  })
  const queries = {
    own: listed('user_id', always),
    // An administrator's act on themselves is their own: it is listed once.
    done: listed('subject_id', sql`e.user_id IS NOT e.subject_id`),
  }
  return combined(queries, ({ own, done }) => {
    const all = [...own, ...done].toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1))
    const items = all.slice(0, size)
    const last = items.at(-1)
    return { items, next: all.length > size && last !== undefined ? keyOfTime(last.at, last.id) : undefined }
  })
}

function readEvent(row: Row, isDoneToThem: boolean): ListedEvent {
  return {
    id: text(row, 'id'),
    at: integer(row, 'at'),
    type: text(row, 'type'),
    reference: text(row, 'reference'),
    clientName: optional(text, row, 'name'),
    detail: optional(text, row, 'detail'),
    isDoneToThem,
  }
}
