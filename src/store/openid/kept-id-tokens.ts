import type { SecretHash } from '../../values/secret.ts'
import { first, type Query, text, type Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The provider's ID token, encrypted, for a session that began in the same batch. It is deleted with the session. */
export function keepIdToken(db: D1Database, session: SecretHash<'session'>, sealed: string): Write {
  return statement(
    db,
    sql`INSERT INTO kept_id_tokens (session_hash, sealed) SELECT id_hash, ${sealed} FROM sessions
      WHERE id_hash = ${session.sha256} ON CONFLICT DO NOTHING`,
  )
}

export function findIdToken(db: D1Database, session: SecretHash<'session'>): Query<string | undefined> {
  return {
    statement: statement(db, sql`SELECT sealed FROM kept_id_tokens WHERE session_hash = ${session.sha256}`),
    read: first((row) => text(row, 'sealed')),
  }
}
