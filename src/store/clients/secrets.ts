import type { Client } from '../../rules/clients/client.ts'
import type { SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, text, type Write } from '../database.ts'
import { type Act, manages, mayAct } from '../guards.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { clientColumns, readClient } from './clients.ts'

export interface ClientSecret {
  readonly hash: SecretHash<'client'>
  readonly createdAt: Seconds
  /** To the hour. */
  readonly lastUsedAt: Seconds | undefined
  /** Undefined: it does not expire. */
  readonly expiresAt: Seconds | undefined
}

/** A client, and of its secrets the one that was presented, while it is good. */
export interface PresentedClient {
  readonly client: Client
  readonly secret: Pick<ClientSecret, 'hash' | 'lastUsedAt'> | undefined
}

/** `presented`: undefined when no secret was, or one that has not the form of one. */
export function findPresentedClient(
  db: D1Database,
  clientId: string,
  presented: SecretHash<'client'> | undefined,
  now: Seconds,
): Query<PresentedClient | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(clientColumns)}, s.secret_hash, s.last_used_at AS secret_last_used_at FROM clients c
        LEFT JOIN client_secrets s ON s.secret_hash = ${presented?.sha256 ?? ''} AND s.client_id = c.id
          AND ifnull(s.expires_at > ${now}, 1)
        WHERE c.id = ${clientId}`,
    ),
    read: first((row) => {
      const sha256 = optional(text, row, 'secret_hash')
      const lastUsedAt = optional(integer, row, 'secret_last_used_at')
      const secret =
        sha256 === undefined ? undefined : { hash: { kind: 'client', sha256 } as const, lastUsedAt }
      return { client: readClient(row), secret }
    }),
  }
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

/** Whether the client `k` shows a secret: as `usesSecret` of rules/clients/client.ts. */
const showsSecret = `k.type = 'confidential' AND k.jwks IS NULL AND k.jwks_uri IS NULL`

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
       SELECT ?4, k.id, ?5 FROM clients k WHERE k.id = ?1 AND ${showsSecret} AND ${mayAct}
         AND NOT EXISTS (SELECT 1 FROM client_secrets WHERE client_id = ?1)
       ON CONFLICT DO NOTHING`,
    )
    .bind(clientId, act.actorId, act.attemptId, secret.sha256, now)
}

/** A rotation overlaps: the old one works until it is deleted. */
export const mostLiveSecrets = 2

/** One more, while fewer than two are live: two people at once never make three. A client that shows no secret gets none. */
export function insertSecret(
  db: D1Database,
  act: Act,
  clientId: string,
  secret: SecretHash<'client'>,
  expiresAt: Seconds | undefined,
  now: Seconds,
): Write {
  return db
    .prepare(
      `INSERT INTO client_secrets (secret_hash, client_id, created_at, expires_at)
       SELECT ?4, k.id, ?5, ?6 FROM clients k WHERE k.id = ?1 AND ${showsSecret} AND ${mayAct}
         AND (SELECT COUNT(*) FROM client_secrets WHERE client_id = ?1 AND ifnull(expires_at > ?5, 1)) < ${mostLiveSecrets}
       ON CONFLICT DO NOTHING`,
    )
    .bind(clientId, act.actorId, act.attemptId, secret.sha256, now, expiresAt ?? null)
}

/** For its event: it is there, so this attempt has made it. */
export function hasSecret(secret: SecretHash<'client'>): Sql {
  return {
    text: 'EXISTS (SELECT 1 FROM client_secrets WHERE client_id = ?1 AND secret_hash = ?8)',
    values: [secret.sha256],
  }
}

/** What a secret is called where it can't be shown: enough of its hash to tell it from others, too little to look it up. */
export function secretId({ sha256 }: SecretHash<'client'>): string {
  return sha256.slice(0, 12)
}

/** For the event of a deletion, before it. */
export function hasSecretCalled(id: string): Sql {
  return {
    text: 'EXISTS (SELECT 1 FROM client_secrets WHERE client_id = ?1 AND substr(secret_hash, 1, 12) = ?8)',
    values: [id],
  }
}

/** After its event. What is deleted stays so: a secret is never made twice. */
export function deleteSecret(db: D1Database, actorId: string, clientId: string, id: string): Write {
  return db
    .prepare(
      `DELETE FROM client_secrets WHERE client_id = ?1 AND substr(secret_hash, 1, 12) = ?3
         AND EXISTS (SELECT 1 FROM clients c WHERE c.id = ?1 AND ${manages})`,
    )
    .bind(clientId, actorId, id)
}

/** A client that has become public, or signs with keys now, keeps none. */
export function deleteUselessSecrets(db: D1Database, act: Act, clientId: string): Write {
  return db
    .prepare(
      `DELETE FROM client_secrets WHERE client_id = ?1 AND ${mayAct}
         AND EXISTS (SELECT 1 FROM clients k WHERE k.id = ?1 AND NOT (${showsSecret}))`,
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
