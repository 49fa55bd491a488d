import type { Seconds } from '../../values/time.ts'
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
} from '../database.ts'
import { type Days, isWithin } from '../server/audit-log.ts'
import { always, and, commaSeparated, raw, type Sql, sql, statement } from '../sql.ts'
import { type Whose, whose } from '../whose.ts'

const day: Seconds = 86_400

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

/** An event, as the person concerned sees it. */
export interface ListedEvent {
  readonly id: string
  readonly at: Seconds
  readonly type: string
  readonly reference: string
  /** Undefined when no client was involved, or it was deleted. */
  readonly clientName: string | undefined
  readonly detail: string | undefined
  /** The person that the act was done to, unless they were deleted. */
  readonly subjectName: string | undefined
  /** Whether an administrator or support did it to the person. */
  readonly isDoneToThem: boolean
}

/** Newest first, within the days, those before `after`, the key of a page: acts by the person, and acts on them. */
export function listEvents(
  db: D1Database,
  who: Whose,
  days: Days,
  after: string,
  size: number,
): Query<Page<ListedEvent>> {
  const user = whose(who)
  const listed = (column: 'user_id' | 'subject_id', only: Sql): Query<readonly ListedEvent[]> => ({
    statement: statement(
      db,
      sql`SELECT e.id, e.at, e.type, e.reference, e.detail, c.name, s.username AS subject_name
        FROM audit_events e LEFT JOIN clients c ON c.id = e.client_id LEFT JOIN users s ON s.id = e.subject_id
        WHERE e.${raw(column)} = ${user} AND (e.at, e.id) < (${commaSeparated(beforeKey(after))})
          AND ${and(only, ...isWithin(days))}
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
    subjectName: optional(text, row, 'subject_name'),
    isDoneToThem,
  }
}
