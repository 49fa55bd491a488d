import type { Client } from '../../rules/clients/client.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { commaSeparated, raw, type Sql, sql, statement } from '../sql.ts'
import { columnsOf } from './changes.ts'
import { insertOrigins } from './origins.ts'
import { keeper } from './registrations.ts'

/**
 * For the write of a request: the client still exists, and is not suspended. One that publishes its metadata exists without a
 * row.
 */
export function mayRequest({ id, registeredBy }: Pick<Client, 'id' | 'registeredBy'>): Sql {
  return registeredBy === 'document'
    ? sql`NOT EXISTS (SELECT 1 FROM clients r WHERE r.id = ${id} AND r.suspended_at IS NOT NULL)`
    : sql`EXISTS (SELECT 1 FROM clients r WHERE r.id = ${id} AND r.suspended_at IS NULL)`
}

/**
 * A client that publishes its metadata, as its document describes it now. Written only when a signed-in person allows it. It
 * stays suspended, and loses the decisions of an administrator when anything in it has changed.
 */
export function putPublishedClient(db: D1Database, client: Client, now: Seconds): readonly Write[] {
  const { settings, policy } = columnsOf(client)
  const columns =
    raw(`name, name_key, type, grant_type, grants, redirect_uris, post_logout_redirect_uris, allowed_origins,
    scope, access_token_format, access_token_lifetime, refresh_idle_lifetime, refresh_absolute_lifetime, jwks, jwks_uri, openid`)
  const values = commaSeparated([...settings, ...policy])
  const isOurs = sql`EXISTS (SELECT 1 FROM clients k WHERE k.id = ${client.id} AND k.registered_by = 'document')`
  return [
    statement(
      db,
      sql`INSERT INTO clients (id, owner_id, ${columns}, created_at, updated_at, trust, introspects, registered_by)
          SELECT ${client.id}, u.id, ${values}, ${now}, ${now}, 'unverified', 'own', 'document' FROM users u WHERE u.id = ${keeper}
          ON CONFLICT DO NOTHING`,
    ),
    statement(
      db,
      sql`UPDATE clients SET (${columns}) = (${values}),
            trust = iif((${columns}) IS (${values}), trust, 'unverified'), updated_at = max(updated_at + 1, ${now})
          WHERE id = ${client.id} AND registered_by = 'document'`,
    ),
    statement(db, sql`DELETE FROM client_origins WHERE client_id = ${client.id} AND ${isOurs}`),
    insertOrigins(db, client, isOurs),
  ]
}
