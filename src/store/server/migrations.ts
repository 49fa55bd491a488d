import { read, text } from '../database.ts'
import { sql, statement } from '../sql.ts'

export const neededMigration = '0063_proofs_by_trigger.sql'

/** The migrations of the database, as `wrangler d1 migrations apply` and `npm start` record them. */
export async function listAppliedMigrations(db: D1Database): Promise<readonly string[]> {
  const names = statement(db, sql`SELECT name FROM d1_migrations ORDER BY id`)
  try {
    const { applied } = await read(db, {
      applied: { statement: names, read: (rows) => rows.map((row) => text(row, 'name')) },
    })
    return applied
  } catch (error) {
    if (String(error).includes('no such table: d1_migrations')) return []
    throw error
  }
}
