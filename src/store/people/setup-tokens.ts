import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

export function insertSetupToken(db: D1Database, token: SecretHash<'setup'>, now: Seconds): Write {
  return statement(
    db,
    sql`INSERT INTO setup_tokens (token_hash, created_at) VALUES (${token.sha256}, ${now})
      ON CONFLICT DO NOTHING`,
  )
}

/** A token is valid until the first administrator exists. */
export function isSetupOpen(db: D1Database, token: SecretHash<'setup'>): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS open FROM setup_tokens WHERE token_hash = ${token.sha256}
        AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'administrator')`,
    ),
    read: (rows) => rows.length > 0,
  }
}

export function deleteSetupTokens(db: D1Database): Write {
  return statement(
    db,
    sql`DELETE FROM setup_tokens WHERE EXISTS (SELECT 1 FROM users WHERE role = 'administrator')`,
  )
}
