import { nameKey } from '../../rules/people/person.ts'
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
} from '../database.ts'
import { always, and, commaSeparated, type Sql, sql, statement } from '../sql.ts'

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

const logged = sql`SELECT e.id, e.at, e.type, e.reference, e.user_id, u.username, e.client_id, c.name, e.detail,
    e.number, e.seal, e.subject_id, s.username AS subject_name
  FROM audit_events e LEFT JOIN users u ON u.id = e.user_id LEFT JOIN clients c ON c.id = e.client_id
    LEFT JOIN users s ON s.id = e.subject_id`

function matching({ user, client, type, from, to }: AuditFilter): readonly Sql[] {
  const userId = sql`ifnull((SELECT id FROM users WHERE username_key = ${nameKey(user)}), ${user})`
  return [
    ...(user === '' ? [] : [sql`e.user_id = ${userId}`]),
    ...(client === '' ? [] : [sql`e.client_id = ${client}`]),
    ...(type === '' ? [] : [sql`e.type = ${type}`]),
    ...isWithin({ from, to }),
  ]
}

/** The number of events, counted up to `most`. */
export function countAuditLog(db: D1Database, filter: AuditFilter, most: number): Query<number> {
  const conditions = matching(filter)
  return {
    statement: statement(
      db,
      sql`SELECT count(*) AS n FROM (SELECT 1 FROM audit_events e WHERE ${and(always, ...conditions)} LIMIT ${most})`,
    ),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'n')),
  }
}

/** Newest first, those before `after`, which is the key of a page. */
export function listAuditLog(
  db: D1Database,
  filter: AuditFilter,
  after: string,
  size: number,
): Query<Page<LoggedEvent>> {
  const conditions = [sql`(e.at, e.id) < (${commaSeparated(beforeKey(after))})`, ...matching(filter)]
  return {
    statement: statement(
      db,
      sql`${logged} WHERE ${and(...conditions)} ORDER BY e.at DESC, e.id DESC LIMIT ${size + 1}`,
    ),
    read: pageOf(size, readEvent, ({ at, id }) => keyOfTime(at, id)),
  }
}

/** Sealed events before a place in the chain, from there to its beginning, without a gap. */
export function listByNumber(db: D1Database, before: number, size: number): Query<readonly LoggedEvent[]> {
  return {
    statement: statement(
      db,
      sql`${logged} WHERE e.number > 0 AND e.number < ${before} ORDER BY e.number DESC LIMIT ${size}`,
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

/** For the event `e`. */
export function isWithin({ from, to }: Days): readonly Sql[] {
  return [
    ...(from === '' ? [] : [sql`e.at >= ${startOf(from)}`]),
    ...(to === '' ? [] : [sql`e.at < ${startOf(to) + 86_400}`]),
  ]
}

const startOf = (day: string): Seconds => Date.parse(day) / 1000
