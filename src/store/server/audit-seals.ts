import type { AuditedEvent, SealedEvent } from '../../rules/server/audit-chain.ts'
import type { MarkedHead } from '../../secrets/audit-mac.ts'
import { integer, optional, type Query, type Row, text, type Write } from '../database.ts'
import { raw, sql, statement } from '../sql.ts'

/** Where the chain of the audit log ends. */
export interface StoredChain {
  /** Undefined: nothing was sealed yet. */
  readonly head: MarkedHead | undefined
  /** The highest number of an event: that of the head, unless somebody else wrote it. */
  readonly newest: number
}

export function findChain(db: D1Database): Query<StoredChain> {
  return {
    statement: statement(
      db,
      sql`SELECT h.number, h.seal, h.sealed_at, h.mac, ifnull((SELECT number FROM audit_events
            WHERE number > 0 ORDER BY number DESC LIMIT 1), 0) AS newest
          FROM (SELECT 1) LEFT JOIN audit_heads h ON h.id = 1`,
    ),
    read: ([row = {}]) => ({
      head: optional(integer, row, 'number') === undefined ? undefined : readHead(row),
      newest: integer(row, 'newest'),
    }),
  }
}

/** Unsealed events, oldest first: including those written late, with a time before the last seal. */
export function listUnsealed(db: D1Database, most: number): Query<readonly AuditedEvent[]> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(auditedColumns)} FROM audit_events WHERE number IS NULL ORDER BY at, id LIMIT ${most}`,
    ),
    read: (rows) => rows.map(readAuditedEvent),
  }
}

/**
 * Links events to the chain that ends in `previous`, counts each once by day and type, and moves the head. Of two that continue
 * from one head, the first does all of it, and the other nothing.
 */
export function extendChain(
  db: D1Database,
  previous: string,
  events: readonly SealedEvent[],
  { number, seal, sealedAt, mac }: MarkedHead,
): readonly Write[] {
  const isStillHead = sql`ifnull((SELECT seal FROM audit_heads WHERE id = 1), '') = ${previous}`
  const links = JSON.stringify(events.map((event) => [event.id, event.number, event.seal]))
  return [
    statement(
      db,
      sql`UPDATE audit_events SET number = l.value ->> 1, seal = l.value ->> 2 FROM json_each(${links}) l
        WHERE audit_events.id = l.value ->> 0 AND number IS NULL AND ${isStillHead}`,
    ),
    statement(
      db,
      sql`INSERT INTO event_counts (day, type, events)
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(${JSON.stringify(countByDay(events))})
        WHERE ${isStillHead} ON CONFLICT (day, type) DO UPDATE SET events = events + excluded.events`,
    ),
    statement(
      db,
      sql`INSERT INTO audit_heads (id, number, seal, sealed_at, mac)
        SELECT 1, ${number}, ${seal}, ${sealedAt}, ${mac} WHERE ${isStillHead}
        ON CONFLICT (id) DO UPDATE SET number = excluded.number, seal = excluded.seal,
          sealed_at = excluded.sealed_at, mac = excluded.mac`,
    ),
  ]
}

function countByDay(events: readonly AuditedEvent[]): readonly (readonly [number, string, number])[] {
  const counts = new Map<string, [number, string, number]>()
  for (const { at, type } of events) {
    const day = Math.floor(at / 86_400)
    const count = counts.get(`${day} ${type}`) ?? [day, type, 0]
    count[2] += 1
    counts.set(`${day} ${type}`, count)
  }
  return [...counts.values()]
}

export function readHead(row: Row): MarkedHead {
  return {
    number: integer(row, 'number'),
    seal: text(row, 'seal'),
    sealedAt: integer(row, 'sealed_at'),
    mac: text(row, 'mac'),
  }
}

/** All columns that `readAuditedEvent` reads. */
export const auditedColumns = 'id, at, type, reference, user_id, client_id, detail, subject_id'

export function readAuditedEvent(row: Row): AuditedEvent {
  return {
    id: text(row, 'id'),
    at: integer(row, 'at'),
    type: text(row, 'type'),
    reference: text(row, 'reference'),
    userId: optional(text, row, 'user_id'),
    clientId: optional(text, row, 'client_id'),
    detail: optional(text, row, 'detail'),
    subjectId: optional(text, row, 'subject_id'),
  }
}
