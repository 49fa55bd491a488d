import { type Query, text, type Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** A key that outlives the secret it was derived from. acts/server/kept-keys.ts opens it. */
export interface KeptKey {
  readonly name: string
  readonly sealed: string
}

export function listKeptKeys(db: D1Database): Query<readonly KeptKey[]> {
  return {
    statement: statement(db, sql`SELECT name, sealed FROM kept_keys ORDER BY name`),
    read: (rows) => rows.map((row) => ({ name: text(row, 'name'), sealed: text(row, 'sealed') })),
  }
}

/** The first writer creates it. */
export function insertKeptKey(db: D1Database, { name, sealed }: KeptKey): Write {
  return statement(
    db,
    sql`INSERT INTO kept_keys (name, sealed) VALUES (${name}, ${sealed}) ON CONFLICT DO NOTHING`,
  )
}
