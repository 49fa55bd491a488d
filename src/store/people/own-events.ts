import type { Seconds } from '../../values/time.ts'
import { combined, integer, keyOfTime, optional, type Page, type Query, type Row, text } from '../database.ts'
import { type Chosen, listed } from '../list.ts'
import { type Days, rangeOf, timeOrder } from '../server/audit-log.ts'
import { always, and, raw, type Sql, sql, statement } from '../sql.ts'
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

/** By time, within the days: acts by the person, and acts on them. */
export function listEvents(
  db: D1Database,
  who: Whose,
  days: Days,
  chosen: Chosen<'time'>,
): Query<Page<ListedEvent>> {
  const { size, sort } = chosen
  const part = (column: 'user_id' | 'subject_id', only: Sql) => {
    const listing = {
      columns: sql`e.id, e.at, e.type, e.reference, e.detail, c.name, s.username AS subject_name`,
      from: sql`audit_events e LEFT JOIN clients c ON c.id = e.client_id LEFT JOIN users s ON s.id = e.subject_id`,
      counted: sql`audit_events e`,
      where: and(sql`e.${raw(column)} = ${whose(who)}`, only),
      range: rangeOf(days),
      order: timeOrder,
    }
    return listed(db, listing, chosen, (row) => readEvent(row, column === 'subject_id'))
  }
  const parts = {
    own: part('user_id', always),
    // An administrator's act on themselves is their own: it is listed once.
    done: part('subject_id', sql`e.user_id IS NOT e.subject_id`),
  }
  return combined(parts, ({ own, done }) => {
    const later = sort.descending ? -1 : 1
    const all = [...own.items, ...done.items].toSorted(
      (a, b) => later * (a.at - b.at || (a.id < b.id ? -1 : 1)),
    )
    const items = all.slice(0, size)
    const last = items.at(-1)
    const hasNext = all.length > size || own.next !== undefined || done.next !== undefined
    return {
      items,
      next: hasNext && last !== undefined ? keyOfTime(last.at, last.id) : undefined,
      rest: (own.rest ?? 0) + (done.rest ?? 0),
    }
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
