import type { Client } from '../../rules/clients/client.ts'
import type { KeptSecret, SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, integer, optional, type Query, text, type Write } from '../database.ts'
import { type Act, manages, mayChange } from '../guards.ts'
import { scopesVersion } from '../requests/known-scopes.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { clientColumns, readClient } from './clients.ts'

export interface ClientSecret {
  readonly hash: SecretHash<'client'>
  readonly createdAt: Seconds
  /** To the hour. */
  readonly lastUsedAt: Seconds | undefined
  /** Undefined: it does not expire. */
  readonly expiresAt: Seconds | undefined
  /** The owner's name for it; may be empty. */
  readonly label: string
  /** Undefined for a secret from before they were kept. */
  readonly lastFour: string | undefined
}

/** A client, with the presented secret if it is valid. */
export interface PresentedClient {
  readonly client: Client
  readonly secret: Pick<ClientSecret, 'hash' | 'lastUsedAt'> | undefined
  /** The version of the scopes at that moment, if it was asked for. */
  readonly scopesVersion: string | undefined
}

/** `presented`: undefined when no secret was presented, or a malformed one. `asksVersion`: of the scopes. */
export function findPresentedClient(
  db: D1Database,
  clientId: string,
  presented: SecretHash<'client'> | undefined,
  now: Seconds,
  asksVersion: boolean,
): Query<PresentedClient | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(clientColumns)}, s.secret_hash, s.last_used_at AS secret_last_used_at,
          ${asksVersion ? scopesVersion : null} AS scopes_version FROM clients c
        LEFT JOIN client_secrets s ON s.secret_hash = ${presented?.sha256 ?? ''} AND s.client_id = c.id
          AND ifnull(s.expires_at > ${now}, 1)
        WHERE c.id = ${clientId}`,
    ),
    read: first((row) => {
      const sha256 = optional(text, row, 'secret_hash')
      const lastUsedAt = optional(integer, row, 'secret_last_used_at')
      const secret =
        sha256 === undefined ? undefined : { hash: { kind: 'client', sha256 } as const, lastUsedAt }
      return { client: readClient(row), secret, scopesVersion: optional(text, row, 'scopes_version') }
    }),
  }
}

export function listLiveSecrets(
  db: D1Database,
  clientId: string,
  now: Seconds,
): Query<readonly ClientSecret[]> {
  return {
    statement: statement(
      db,
      sql`SELECT secret_hash, created_at, last_used_at, expires_at, label, last_four FROM client_secrets
        WHERE client_id = ${clientId} AND ifnull(expires_at > ${now}, 1) ORDER BY created_at, secret_hash`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        hash: { kind: 'client', sha256: text(row, 'secret_hash') },
        createdAt: integer(row, 'created_at'),
        lastUsedAt: optional(integer, row, 'last_used_at'),
        expiresAt: optional(integer, row, 'expires_at'),
        label: text(row, 'label'),
        lastFour: optional(text, row, 'last_four'),
      })),
  }
}

/** Whether the client `k` uses a secret: as `usesSecret` of rules/clients/client.ts. */
const showsSecret = sql`k.type = 'confidential'
  AND (k.jwks IS NULL AND k.jwks_uri IS NULL OR ifnull(k.openid ->> 'keeps_secret', 0))
  AND k.openid ->> 'token_endpoint_auth_method' IS NULL`

/** Inserts the only secret of a confidential client that has none yet, and no keys instead of it. */
export function insertFirstSecret(
  db: D1Database,
  act: Act,
  clientId: string,
  secret: KeptSecret<'client'>,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`INSERT INTO client_secrets (secret_hash, client_id, created_at, last_four)
      SELECT ${secret.sha256}, k.id, ${now}, ${secret.lastFour} FROM clients k
      WHERE k.id = ${clientId} AND ${showsSecret} AND ${mayChange(act, clientId)}
        AND NOT EXISTS (SELECT 1 FROM client_secrets WHERE client_id = ${clientId})
      ON CONFLICT DO NOTHING`,
  )
}

/** A rotation overlaps: the old one works until it is deleted. */
export const mostLiveSecrets = 2

/** The owner's choices for a new secret. */
export interface SecretChoices {
  readonly expiresAt: Seconds | undefined
  readonly label: string
}

/** One more, while fewer than two are live: two people at once never create three. A client that uses no secret gets none. */
export function insertSecret(
  db: D1Database,
  act: Act,
  clientId: string,
  secret: KeptSecret<'client'>,
  { expiresAt, label }: SecretChoices,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`INSERT INTO client_secrets (secret_hash, client_id, created_at, expires_at, label, last_four)
      SELECT ${secret.sha256}, k.id, ${now}, ${expiresAt ?? null}, ${label}, ${secret.lastFour} FROM clients k
      WHERE k.id = ${clientId} AND ${showsSecret} AND ${mayChange(act, clientId)}
        AND (SELECT COUNT(*) FROM client_secrets
          WHERE client_id = ${clientId} AND ifnull(expires_at > ${now}, 1)) < ${mostLiveSecrets}
      ON CONFLICT DO NOTHING`,
  )
}

/** For its event: it exists, so this attempt has created it. */
export function hasSecret(clientId: string, secret: SecretHash<'client'>): Sql {
  return sql`EXISTS (SELECT 1 FROM client_secrets WHERE client_id = ${clientId} AND secret_hash = ${secret.sha256})`
}

/** The name of a secret where it can't be shown: enough of its hash to tell it from others, too little to look it up. */
export function secretId({ sha256 }: SecretHash<'client'>): string {
  return sha256.slice(0, 12)
}

/** For the event of a deletion, before it. */
export function hasSecretCalled(clientId: string, id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM client_secrets WHERE ${isCalled(clientId, id)})`
}

function isCalled(clientId: string, id: string): Sql {
  return sql`client_id = ${clientId} AND substr(secret_hash, 1, 12) = ${id}`
}

/** After its event. A deletion is permanent: a secret is never created twice. */
export function deleteSecret(db: D1Database, actorId: string, clientId: string, id: string): Write {
  return statement(
    db,
    sql`DELETE FROM client_secrets WHERE ${isCalled(clientId, id)}
      AND EXISTS (SELECT 1 FROM clients c WHERE c.id = ${clientId} AND ${manages({ actorId })})`,
  )
}

/** A client that has become public, or authenticates with keys now, keeps none. */
export function deleteUselessSecrets(db: D1Database, act: Act, clientId: string): Write {
  return statement(
    db,
    sql`DELETE FROM client_secrets WHERE client_id = ${clientId} AND ${mayChange(act, clientId)}
      AND EXISTS (SELECT 1 FROM clients k WHERE k.id = ${clientId} AND NOT (${showsSecret}))`,
  )
}

export function noteSecretUse(
  db: D1Database,
  clientId: string,
  secret: SecretHash<'client'>,
  now: Seconds,
): Write {
  return statement(
    db,
    sql`UPDATE client_secrets SET last_used_at = ${now}
      WHERE client_id = ${clientId} AND secret_hash = ${secret.sha256}`,
  )
}
