import type { SecretHash } from '../protocol/secret.ts'
import type { Seconds } from '../protocol/time.ts'
import { type Act, mayAct } from './clients.ts'
import { integer, optional, type Query, text, type Write } from './database.ts'

export interface ClientSecret {
  readonly hash: SecretHash<'client'>
  readonly createdAt: Seconds
  /** To the hour. */
  readonly lastUsedAt: Seconds | undefined
  /** Undefined: it does not expire. */
  readonly expiresAt: Seconds | undefined
}

export function listLiveSecrets(
  db: D1Database,
  clientId: string,
  now: Seconds,
): Query<readonly ClientSecret[]> {
  return {
    statement: db
      .prepare(
        `SELECT secret_hash, created_at, last_used_at, expires_at FROM client_secrets
         WHERE client_id = ? AND ifnull(expires_at > ?, 1) ORDER BY created_at`,
      )
      .bind(clientId, now),
    read: (rows) =>
      rows.map((row) => ({
        hash: { kind: 'client', sha256: text(row, 'secret_hash') },
        createdAt: integer(row, 'created_at'),
        lastUsedAt: optional(integer, row, 'last_used_at'),
        expiresAt: optional(integer, row, 'expires_at'),
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
    db
      .prepare('DELETE FROM client_secrets WHERE client_id = ? AND secret_hash <> ?')
      .bind(clientId, secret.sha256),
    db
      .prepare(
        `INSERT INTO client_secrets (secret_hash, client_id, created_at)
         SELECT ?, id, ? FROM clients WHERE id = ? ON CONFLICT DO NOTHING`,
      )
      .bind(secret.sha256, now, clientId),
  ]
}

/** Makes the one secret of a confidential client that has none yet, and no keys instead. */
export function insertFirstSecret(
  db: D1Database,
  act: Act,
  clientId: string,
  secret: SecretHash<'client'>,
  now: Seconds,
): Write {
  return db
    .prepare(
      `INSERT INTO client_secrets (secret_hash, client_id, created_at)
       SELECT ?4, k.id, ?5 FROM clients k WHERE k.id = ?1 AND k.type = 'confidential' AND k.jwks IS NULL AND k.jwks_uri IS NULL
         AND ${mayAct}
         AND NOT EXISTS (SELECT 1 FROM client_secrets WHERE client_id = ?1)
       ON CONFLICT DO NOTHING`,
    )
    .bind(clientId, act.actorId, act.attemptId, secret.sha256, now)
}

/** The new one takes the place of all others, which are dead from then on. A client that shows no secret gets none. */
export function rotateClientSecret(
  db: D1Database,
  act: Act,
  clientId: string,
  secret: SecretHash<'client'>,
  now: Seconds,
): readonly Write[] {
  return [
    db
      .prepare(`DELETE FROM client_secrets WHERE client_id = ?1 AND ${mayAct}`)
      .bind(clientId, act.actorId, act.attemptId),
    insertFirstSecret(db, act, clientId, secret, now),
  ]
}

/** A client that has become public keeps none. */
export function deleteSecretsOfPublicClient(db: D1Database, act: Act, clientId: string): Write {
  return db
    .prepare(
      `DELETE FROM client_secrets WHERE client_id = ?1 AND ${mayAct}
         AND EXISTS (SELECT 1 FROM clients k WHERE k.id = ?1 AND k.type = 'public')`,
    )
    .bind(clientId, act.actorId, act.attemptId)
}

export function noteSecretUse(
  db: D1Database,
  clientId: string,
  secret: SecretHash<'client'>,
  now: Seconds,
): Write {
  return db
    .prepare('UPDATE client_secrets SET last_used_at = ? WHERE client_id = ? AND secret_hash = ?')
    .bind(now, clientId, secret.sha256)
}
