import type { SealedEvent } from '../../rules/server/audit-chain.ts'
import type { MarkedStart } from '../../secrets/audit-mac.ts'
import { first, integer, type Query, type Row, text, type Write } from '../database.ts'
import { raw, sql, statement } from '../sql.ts'
import { auditedColumns, readAuditedEvent } from './audit-seals.ts'

/** The start of the chain; undefined while no event was deleted. */
export function findAuditStart(db: D1Database): Query<MarkedStart | undefined> {
  return {
    statement: statement(db, sql`SELECT number, seal, retired_at, mac FROM audit_starts WHERE id = 1`),
    read: first(readAuditStart),
  }
}

/** The seal of the event at a place of the chain; undefined when there is none. */
export function findPlace(db: D1Database, number: number): Query<string | undefined> {
  return {
    statement: statement(db, sql`SELECT seal FROM audit_events WHERE number > 0 AND number = ${number}`),
    read: first((row) => text(row, 'seal')),
  }
}

/** The first remaining events. */
export function listOldestSealed(db: D1Database, most: number): Query<readonly SealedEvent[]> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(auditedColumns)}, number, seal FROM audit_events
        WHERE number > ifnull((SELECT number FROM audit_starts WHERE id = 1), 0) ORDER BY number LIMIT ${most}`,
    ),
    read: (rows) => rows.map(readSealedEvent),
  }
}

/** Deletes the events up to a new start. Of two that continue from one start, the first does all of it, and the other nothing. */
export function moveAuditStart(db: D1Database, previous: string, next: MarkedStart): readonly Write[] {
  const isStillStart = sql`ifnull((SELECT seal FROM audit_starts WHERE id = 1), '') = ${previous}`
  return [
    statement(
      db,
      sql`DELETE FROM audit_events WHERE number > 0 AND number <= ${next.number} AND ${isStillStart}`,
    ),
    statement(
      db,
      sql`INSERT INTO audit_starts (id, number, seal, retired_at, mac)
        SELECT 1, ${next.number}, ${next.seal}, ${next.retiredAt}, ${next.mac} WHERE ${isStillStart}
        ON CONFLICT (id) DO UPDATE SET number = excluded.number, seal = excluded.seal,
          retired_at = excluded.retired_at, mac = excluded.mac`,
    ),
  ]
}

export function readAuditStart(row: Row): MarkedStart {
  return {
    number: integer(row, 'number'),
    seal: text(row, 'seal'),
    retiredAt: integer(row, 'retired_at'),
    mac: text(row, 'mac'),
  }
}

export function readSealedEvent(row: Row): SealedEvent {
  return { ...readAuditedEvent(row), number: integer(row, 'number'), seal: text(row, 'seal') }
}
