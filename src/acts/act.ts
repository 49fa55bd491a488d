import type { Permission } from '../rules/people/role.ts'
import type { AuditEventType } from '../rules/server/audit-event.ts'
import {
  hasAuditEvent,
  insertAdminEvent,
  insertAuditEvent,
  insertClientEvent,
} from '../store/audit-events.ts'
import { type Write, write } from '../store/database.ts'
import type { Act } from '../store/guards.ts'
import type { Sql } from '../store/sql.ts'
import type { Seconds } from '../values/time.ts'

/** The person behind a form submission, and what a change and its event share. */
export interface Doing {
  readonly db: D1Database
  readonly act: Act
  /** The request's reference: printed on errors, and in the log. */
  readonly reference: string
  readonly now: Seconds
}

/** An act without a form: by a program, or by a person who follows a link. */
export type Formless = Omit<Doing, 'act'>

/** An administrative act, as the audit log records it. */
export interface AdminEvent {
  readonly type: AuditEventType
  /** A user, a client, an API, a scope, a signing algorithm. */
  readonly target: string
  readonly detail?: string
  /** A further condition. A change checks it after the writes, an end before them. */
  readonly only?: Sql
  /** The permission that the actor needs: `administer` by default. */
  readonly permission?: Permission
}

/** An act on a client, by its owner or an administrator, as the audit log records it. */
export interface ClientEvent {
  readonly type: AuditEventType
  readonly clientId: string
  readonly detail?: string
  readonly only?: Sql
}

/**
 * A change, with its event as the last write: from then on the same form changes nothing more. False: the actor may not (any
 * more), or there was nothing to change. Then nothing was recorded.
 */
export function change(
  doing: Doing,
  event: AdminEvent | ClientEvent,
  ...writes: readonly Write[]
): Promise<boolean> {
  return carryOut(doing, [...writes, noteOf(doing, event)])
}

/** An end, after its event: afterwards the condition can no longer be checked. False as for a change. */
export function end(
  doing: Doing,
  event: AdminEvent | ClientEvent,
  ...writes: readonly Write[]
): Promise<boolean> {
  return carryOut(doing, [noteOf(doing, event), ...writes])
}

/** Executes writes that contain the event of the attempt. Returns whether it is recorded, by these or earlier ones. */
export async function carryOut({ db, act }: Doing, writes: readonly Write[]): Promise<boolean> {
  return (await write(db, writes, { noted: hasAuditEvent(db, act.attemptId) })).noted
}

/** A person's act on their own things, as the audit log records it. */
export interface OwnEvent {
  readonly type: AuditEventType
  /** The client concerned. */
  readonly clientId?: string
  readonly detail?: string
  readonly only?: Sql
}

/** The event of the attempt, if the condition is true when it is written. */
export function noteOwn({ db, act, reference, now }: Doing, { only, ...event }: OwnEvent): Write {
  return insertAuditEvent(db, { id: act.attemptId, reference, userId: act.actorId, ...event }, now, only)
}

/** Only the event, for an act that reads back something other than whether it was recorded. */
export function noteOf({ db, act, reference, now }: Doing, event: AdminEvent | ClientEvent): Write {
  if ('clientId' in event) {
    const { only, ...noted } = event
    return insertClientEvent(db, act, { reference, ...noted }, now, only)
  }
  const { only, permission, ...noted } = event
  return insertAdminEvent(db, act, { reference, ...noted }, now, { only, permission })
}
