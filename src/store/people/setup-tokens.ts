import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import type { Query, Write } from '../database.ts'

export function insertSetupToken(db: D1Database, token: SecretHash<'setup'>, now: Seconds): Write {
  return db
    .prepare('INSERT INTO setup_tokens (token_hash, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING')
    .bind(token.sha256, now)
}

/** A token is good until the first administrator exists. */
export function isSetupOpen(db: D1Database, token: SecretHash<'setup'>): Query<boolean> {
  return {
    statement: db
      .prepare(
        `SELECT 1 AS open FROM setup_tokens WHERE token_hash = ?
         AND NOT EXISTS (SELECT 1 FROM users WHERE role = 'administrator')`,
      )
      .bind(token.sha256),
    read: (rows) => rows.length > 0,
  }
}

export function deleteSetupTokens(db: D1Database): Write {
  return db.prepare(
    `DELETE FROM setup_tokens WHERE EXISTS (SELECT 1 FROM users WHERE role = 'administrator')`,
  )
}
