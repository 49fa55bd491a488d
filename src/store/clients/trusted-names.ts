import type { TrustedName } from '../../rules/clients/lookalike.ts'
import { type Query, text } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** Administrators trust few; further ones are ignored. */
const most = 1000

export function listTrustedNames(db: D1Database): Query<readonly TrustedName[]> {
  return {
    statement: statement(
      db,
      // Both conditions: the index contains no others, and each is a search.
      sql`SELECT name, owner_id FROM clients
          WHERE trust <> 'unverified' AND trust IN ('first-party', 'verified') ORDER BY trust, name LIMIT ${most}`,
    ),
    read: (rows) => rows.map((row) => ({ name: text(row, 'name'), ownerId: text(row, 'owner_id') })),
  }
}
