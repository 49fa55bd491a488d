import { nameKey } from '../../rules/people/person.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, optional, type Page, type Query, type Row, text } from '../database.ts'
import { byTime, type Chosen, listed } from '../list.ts'
import { always, and, type Sql, sql, statement } from '../sql.ts'

/** One line of the log, with current names beside the ids. */
export interface LoggedEvent {
  readonly id: string
  readonly at: Seconds
  readonly type: string
  readonly reference: string
  readonly userId: string | undefined
  readonly username: string | undefined
  readonly clientId: string | undefined
  readonly clientName: string | undefined
  readonly detail: string | undefined
  /** The person an administrative act was done to. */
  readonly subjectId: string | undefined
  readonly subjectName: string | undefined
  /** Place and seal in the chain; undefined while it is not sealed. */
  readonly number: number | undefined
  readonly seal: string | undefined
}

/** Days in UTC, like 2026-11-27; both are included. Empty: no limit. */
export interface Days {
  readonly from: string
  readonly to: string
}

/** Each filter has its own index, followed by the time. Empty: all. */
export interface AuditFilter extends Days {
  readonly type: string
  /** An id or a username. */
  readonly user: string
  readonly client: string
}

const columns = sql`e.id, e.at, e.type, e.reference, e.user_id, u.username, e.client_id, c.name, e.detail,
  e.number, e.seal, e.subject_id, s.username AS subject_name`

const logged = sql`audit_events e LEFT JOIN users u ON u.id = e.user_id LEFT JOIN clients c ON c.id = e.client_id
    LEFT JOIN users s ON s.id = e.subject_id`

function matching({ user, client, type }: AuditFilter): readonly Sql[] {
  const userId = sql`ifnull((SELECT id FROM users WHERE username_key = ${nameKey(user)}), ${user})`
  return [
    ...(user === '' ? [] : [sql`e.user_id = ${userId}`]),
    ...(client === '' ? [] : [sql`e.client_id = ${client}`]),
    ...(type === '' ? [] : [sql`e.type = ${type}`]),
  ]
}

/** By time: `counts`, whether the number of events is needed. */
export function listAuditLog(
  db: D1Database,
  filter: AuditFilter,
  chosen: Chosen<'time'>,
  counts = true,
): Query<Page<LoggedEvent>> {
  const listing = {
    columns,
    from: logged,
    counted: counts && sql`audit_events e`,
    where: and(always, ...matching(filter)),
    range: rangeOf(filter),
    order: timeOrder,
  }
  return listed(db, listing, chosen, readEvent)
}

/** Sealed events before a place in the chain, from there to its beginning, without a gap. */
export function listByNumber(db: D1Database, before: number, size: number): Query<readonly LoggedEvent[]> {
  return {
    statement: statement(
      db,
      sql`SELECT ${columns} FROM ${logged} WHERE e.number > 0 AND e.number < ${before} ORDER BY e.number DESC LIMIT ${size}`,
    ),
    read: (rows) => rows.map(readEvent),
  }
}

function readEvent(row: Row): LoggedEvent {
  return {
    id: text(row, 'id'),
    at: integer(row, 'at'),
    type: text(row, 'type'),
    reference: text(row, 'reference'),
    userId: optional(text, row, 'user_id'),
    username: optional(text, row, 'username'),
    clientId: optional(text, row, 'client_id'),
    clientName: optional(text, row, 'name'),
    detail: optional(text, row, 'detail'),
    subjectId: optional(text, row, 'subject_id'),
    subjectName: optional(text, row, 'subject_name'),
    number: optional(integer, row, 'number'),
    seal: optional(text, row, 'seal'),
  }
}

/** The order of the event `e`. */
export const timeOrder = byTime(sql`e.at`, sql`e.id`)

export function rangeOf({ from, to }: Days) {
  return {
    from: from === '' ? undefined : startOf(from),
    below: to === '' ? undefined : startOf(to) + 86_400,
  }
}

const startOf = (day: string): Seconds => Date.parse(day) / 1000
