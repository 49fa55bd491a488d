import type { Seconds } from '../../values/time.ts'
import { integer, oneOf, type Query, text, type Write } from '../database.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'

/** Values encrypted under the key-encryption secret, by kind. */
export const sealedKinds = [
  'signing',
  'later-signing',
  'kept',
  'part',
  'authenticator',
  'connection',
  'id-token',
] as const
export type SealedKind = (typeof sealedKinds)[number]

/** A value that needs another secret than the newest. */
export interface SealedElsewhere {
  readonly kind: SealedKind
  /** Identifies its row. For a part: number and seal of its last event, separated by a space. */
  readonly id: string
  readonly sealed: string
}

/**
 * An encrypted value begins with the id of its secret and a point. There may be many keys of people, and ID tokens of sessions: they are
 * found through an index.
 */
function under(column: string, order: '<' | '>', prefix: string): Sql {
  return sql`substr(${raw(column)}, 1, 9) ${raw(order)} ${prefix}`
}

/** Up to a limit, of all kinds. `secretId` belongs to the newest secret. */
export function listSealedElsewhere(
  db: D1Database,
  secretId: string,
  most: number,
): Query<readonly SealedElsewhere[]> {
  const prefix = `${secretId}.`
  return {
    statement: statement(
      db,
      // D1 accepts five terms in a compound SELECT: those of few rows are one term together.
      sql`SELECT kind, id, sealed FROM (
            SELECT 'signing' AS kind, kid AS id, private_key AS sealed FROM signing_keys
            UNION ALL SELECT 'later-signing', kid, private_key FROM later_signing_keys
            UNION ALL SELECT 'connection', id, sealed_secret FROM connections WHERE sealed_secret IS NOT NULL
            UNION ALL SELECT 'kept', name, sealed FROM kept_keys
            UNION ALL SELECT 'part', number || ' ' || seal, sealed FROM audit_parts)
            WHERE substr(sealed, 1, 9) <> ${prefix}
          UNION ALL SELECT 'authenticator', user_id, sealed_key FROM authenticators
            WHERE ${under('sealed_key', '<', prefix)}
          UNION ALL SELECT 'authenticator', user_id, sealed_key FROM authenticators
            WHERE ${under('sealed_key', '>', prefix)}
          UNION ALL SELECT 'id-token', session_hash, sealed FROM kept_id_tokens WHERE ${under('sealed', '<', prefix)}
          UNION ALL SELECT 'id-token', session_hash, sealed FROM kept_id_tokens WHERE ${under('sealed', '>', prefix)}
          LIMIT ${most}`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        kind: oneOf(sealedKinds, row, 'kind'),
        id: text(row, 'id'),
        sealed: text(row, 'sealed'),
      })),
  }
}

/** The table and column of each kind. */
const columns: Record<SealedKind, { readonly table: string; readonly column: string; readonly id: string }> =
  {
    signing: { table: 'signing_keys', column: 'private_key', id: 'kid' },
    'later-signing': { table: 'later_signing_keys', column: 'private_key', id: 'kid' },
    kept: { table: 'kept_keys', column: 'sealed', id: 'name' },
    part: { table: 'audit_parts', column: 'sealed', id: `number || ' ' || seal` },
    authenticator: { table: 'authenticators', column: 'sealed_key', id: 'user_id' },
    // `json_each` has a column `id`, too.
    connection: { table: 'connections', column: 'sealed_secret', id: 'connections.id' },
    'id-token': { table: 'kept_id_tokens', column: 'sealed', id: 'session_hash' },
  }

/** Values of one kind, each with its new encryption. Only where the old one is unchanged. */
export function replaceSealed(
  db: D1Database,
  kind: SealedKind,
  resealed: readonly (readonly [SealedElsewhere, string])[],
): Write {
  const { table, column, id } = columns[kind]
  const rows = JSON.stringify(resealed.map(([{ id, sealed }, next]) => [id, sealed, next]))
  return statement(
    db,
    sql`UPDATE ${raw(table)} SET ${raw(column)} = l.value ->> 2 FROM json_each(${rows}) l
        WHERE ${raw(id)} = l.value ->> 0 AND ${raw(column)} = l.value ->> 1`,
  )
}

/** The schedule's record of a secret. */
export interface NotedSecret {
  /** Since when it is in use; undefined: not recorded. */
  readonly since: Seconds | undefined
  /** Whether the salt of pairwise subjects is stored. */
  readonly hasSalt: boolean
  /** Whether there are recovery codes without a recorded secret. */
  readonly hasUnnotedCodes: boolean
}

export function findNotedSecret(db: D1Database, secretId: string): Query<NotedSecret> {
  return {
    statement: statement(
      db,
      sql`SELECT ifnull((SELECT first_used_at FROM used_secrets WHERE id = ${secretId}), -1) AS since,
            EXISTS (SELECT 1 FROM kept_keys WHERE name = 'pairwise') AS salted,
            EXISTS (SELECT 1 FROM recovery_codes WHERE ifnull(secret_id, '') = '' AND used_at IS NULL) AS unnoted`,
    ),
    read: ([row = {}]) => ({
      since: integer(row, 'since') < 0 ? undefined : integer(row, 'since'),
      hasSalt: integer(row, 'salted') === 1,
      hasUnnotedCodes: integer(row, 'unnoted') === 1,
    }),
  }
}

export function noteUsedSecret(db: D1Database, secretId: string, now: Seconds): Write {
  return statement(
    db,
    sql`INSERT INTO used_secrets (id, first_used_at) VALUES (${secretId}, ${now}) ON CONFLICT DO NOTHING`,
  )
}
