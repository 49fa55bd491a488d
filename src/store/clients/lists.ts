import { integer, type Query, text } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The number of clients, counted up to `most`. */
export function countClients(db: D1Database, most: number): Query<number> {
  return {
    statement: statement(db, sql`SELECT COUNT(*) AS counted FROM (SELECT 1 FROM clients LIMIT ${most})`),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'counted')),
  }
}

/** The ids that are clients. */
export function findClientIds(db: D1Database, ids: readonly string[]): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT c.id FROM json_each(${JSON.stringify(ids)}) i JOIN clients c ON c.id = i.value`,
    ),
    read: (rows) => rows.map((row) => text(row, 'id')),
  }
}
