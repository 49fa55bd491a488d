import type { Permission } from '../rules/people/role.ts'
import {
  type AuditEventType,
  hasAuditEvent,
  insertAdminEvent,
  insertAuditEvent,
  insertClientEvent,
} from '../store/audit-events.ts'
import { type Write, write } from '../store/database.ts'
import type { Act } from '../store/guards.ts'
import type { Sql } from '../store/sql.ts'
import type { Seconds } from '../values/time.ts'

/** Who does something by a form, and what a change and its event have in common. */
export interface Doing {
  readonly db: D1Database
  readonly act: Act
  /** Of the request: printed on errors, and in the log. */
  readonly reference: string
  readonly now: Seconds
}

/** What the audit log says of an administrative act. */
export interface AdminEvent {
  readonly type: AuditEventType
  /** A user, a client, an API, a scope, a signing algorithm. */
  readonly target: string
  readonly detail?: string
  /** What has to be true besides. For a change it is asked after the writes, for an end before them. */
  readonly only?: Sql
  /** What the actor must be allowed: `administer` unless something else is named. */
  readonly permission?: Permission
}

/** What it says of something that was done to a client, by its owner or an administrator. */
export interface ClientEvent {
  readonly type: AuditEventType
  readonly clientId: string
  readonly detail?: string
  readonly only?: Sql
}

/**
 * A change, and its event as the last write: from then on the same form changes nothing more. False: the actor may not (any
 * more), or there was nothing to change. Then nothing was noted.
 */
export function change(
  doing: Doing,
  event: AdminEvent | ClientEvent,
  ...writes: readonly Write[]
): Promise<boolean> {
  return carryOut(doing, [...writes, noteOf(doing, event)])
}

/** An end, after its event: afterwards there is nothing left to ask about. False as for a change. */
export function end(
  doing: Doing,
  event: AdminEvent | ClientEvent,
  ...writes: readonly Write[]
): Promise<boolean> {
  return carryOut(doing, [noteOf(doing, event), ...writes])
}

/** Writes that hold the event of the attempt. Whether it was noted, by these or before. */
export async function carryOut({ db, act }: Doing, writes: readonly Write[]): Promise<boolean> {
  return (await write(db, writes, { noted: hasAuditEvent(db, act.attemptId) })).noted
}

/** What the audit log says of something that somebody did to what is their own. */
export interface OwnEvent {
  readonly type: AuditEventType
  /** The client that it is about. */
  readonly clientId?: string
  readonly detail?: string
  readonly only?: Sql
}

/** The event of the attempt, if the condition is true where it is written. */
export function noteOwn({ db, act, reference, now }: Doing, { only, ...event }: OwnEvent): Write {
  return insertAuditEvent(db, { id: act.attemptId, reference, userId: act.actorId, ...event }, now, only)
}

/** The event alone, for an act that reads back something else than whether it was noted. */
export function noteOf({ db, act, reference, now }: Doing, event: AdminEvent | ClientEvent): Write {
  if ('clientId' in event) {
    const { only, ...noted } = event
    return insertClientEvent(db, act, { reference, ...noted }, now, only)
  }
  const { only, permission, ...noted } = event
  return insertAdminEvent(db, act, { reference, ...noted }, now, only, permission)
}
