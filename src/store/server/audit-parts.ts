import type { MarkedHead, MarkedStart } from '../../secrets/audit-mac.ts'
import type { Seconds } from '../../values/time.ts'
import { integer, type Query, type Row, text, type Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** A part of the audit log that was sealed under an earlier secret: its end, and the key that verifies it, encrypted. */
export interface StoredPart {
  readonly number: number
  readonly seal: string
  readonly sealed: string
  readonly closedAt: Seconds
}

/** In the order of numbers. One for each replacement of the secret. */
export function listAuditParts(db: D1Database): Query<readonly StoredPart[]> {
  return {
    statement: statement(
      db,
      sql`SELECT number, seal, sealed, closed_at FROM audit_parts WHERE number > 0 ORDER BY number`,
    ),
    read: (rows) => rows.map(readAuditPart),
  }
}

/**
 * Closes a part: its key is stored, and head and start get new MACs. All or nothing, if the head is unchanged since it was
 * read. An empty part needs no key; one that ends where the previous part does has no events.
 */
export function closeAuditPart(
  db: D1Database,
  part: StoredPart,
  [head, nextHead]: readonly [MarkedHead, MarkedHead],
  starts: readonly [MarkedStart, MarkedStart] | undefined,
): readonly Write[] {
  const isHead = sql`EXISTS (SELECT 1 FROM audit_heads WHERE seal = ${head.seal} AND mac = ${head.mac})`
  const [start, nextStart] = starts ?? []
  return [
    statement(
      db,
      sql`INSERT INTO audit_parts (number, seal, sealed, closed_at)
          SELECT ${part.number}, ${part.seal}, ${part.sealed}, ${part.closedAt}
          WHERE ${part.number} > 0 AND ${isHead} ON CONFLICT DO NOTHING`,
    ),
    ...(start === undefined || nextStart === undefined
      ? []
      : [
          statement(
            db,
            sql`UPDATE audit_starts SET mac = ${nextStart.mac} WHERE mac = ${start.mac} AND ${isHead}`,
          ),
        ]),
    statement(db, sql`UPDATE audit_heads SET mac = ${nextHead.mac} WHERE ${isHead}`),
  ]
}

export function readAuditPart(row: Row): StoredPart {
  return {
    number: integer(row, 'number'),
    seal: text(row, 'seal'),
    sealed: text(row, 'sealed'),
    closedAt: integer(row, 'closed_at'),
  }
}
