import type { SecretHash } from '../protocol/secret.ts'
import type { Seconds } from '../protocol/time.ts'
import { integer, type Query, text, type Write } from './database.ts'

export interface ClientSecret {
  readonly hash: SecretHash<'client'>
  readonly createdAt: Seconds
}

export function listClientSecrets(db: D1Database, clientId: string): Query<readonly ClientSecret[]> {
  return {
    statement: db
      .prepare('SELECT secret_hash, created_at FROM client_secrets WHERE client_id = ? ORDER BY created_at')
      .bind(clientId),
    read: (rows) =>
      rows.map((row) => ({
        hash: { kind: 'client', sha256: text(row, 'secret_hash') },
        createdAt: integer(row, 'created_at'),
      })),
  }
}

/** The new one replaces all others. Nothing happens when the client is gone. */
export function replaceClientSecrets(
  db: D1Database,
  clientId: string,
  secret: SecretHash<'client'>,
  now: Seconds,
): readonly Write[] {
  return [
    db.prepare('DELETE FROM client_secrets WHERE client_id = ? AND secret_hash <> ?').bind(clientId, secret.sha256),
    db
      .prepare(
        `INSERT INTO client_secrets (secret_hash, client_id, created_at)
         SELECT ?, id, ? FROM clients WHERE id = ? ON CONFLICT DO NOTHING`,
      )
      .bind(secret.sha256, now, clientId),
  ]
}

export function deleteClientSecrets(db: D1Database, clientId: string): Write {
  return db.prepare('DELETE FROM client_secrets WHERE client_id = ?').bind(clientId)
}
