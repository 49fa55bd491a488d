import { type Client, usesSecret } from '../../rules/clients/client.ts'
import type { AuthMethod } from '../../rules/clients/metadata.ts'
import { isSameRegistration } from '../../rules/clients/registration.ts'
import type { KeptSecret, SecretHash } from '../../values/secret.ts'
import type { Seconds } from '../../values/time.ts'
import { first, type Query, text, type Write } from '../database.ts'
import { hasRoom, type NetworkOrigin, originText } from '../origin.ts'
import { commaSeparated, raw, type Sql, sql, statement } from '../sql.ts'
import { columnsOf } from './changes.ts'
import { insertOrigins } from './origins.ts'
import { replaceOldest } from './unused-registrations.ts'

/** A client that registered itself (RFC 7591), with the fields that other clients don't have. */
export interface Registration {
  readonly authMethod: AuthMethod
  /** Its own metadata, returned as sent. */
  readonly told: Readonly<Record<string, unknown>>
}

export interface NewRegistration extends Registration {
  readonly client: Client
  readonly accessToken: SecretHash<'registration'>
  readonly secret: KeptSecret<'client'> | undefined
  readonly origin: NetworkOrigin
}

/** The owner of clients that register themselves: the oldest administrator, who looks after this server. */
export const keeper = raw(
  "(SELECT id FROM users WHERE role = 'administrator' AND suspended_at IS NULL ORDER BY created_at, id LIMIT 1)",
)

/** All of one registration. Does nothing when `most` came from this network since yesterday. */
export function insertRegistration(
  db: D1Database,
  { client, accessToken, secret, authMethod, told, origin }: NewRegistration,
  most: number,
  now: Seconds,
): readonly Write[] {
  const { settings, policy } = columnsOf(client)
  const registered = sql`EXISTS (SELECT 1 FROM client_registrations r WHERE r.client_id = ${client.id})`
  const room = hasRoom(sql`client_registrations WHERE created_at > ${now - 86_400}`, origin, most)
  const writes = [
    ...replaceOldest(sql`NOT ${registered} AND ${room}`),
    sql`INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, grants, redirect_uris, post_logout_redirect_uris,
          allowed_origins, scope, access_token_format, access_token_lifetime, refresh_idle_lifetime,
          refresh_absolute_lifetime, jwks, jwks_uri, openid, created_at, updated_at, suspended_at, trust, introspects, registered_by, approval)
        SELECT ${client.id}, u.id, ${commaSeparated(settings)}, ${commaSeparated(policy)}, ${now}, ${now},
          ${client.suspendedAt ?? null}, 'unverified', 'own', 'itself', ${client.approval ?? null}
        FROM users u WHERE u.id = ${keeper} AND ${room}
        ON CONFLICT DO NOTHING`,
    sql`INSERT INTO client_registrations (client_id, token_hash, auth_method, told, origin, created_at)
        SELECT c.id, ${accessToken.sha256}, ${authMethod}, ${JSON.stringify(told)}, ${originText(origin)}, ${now}
        FROM clients c WHERE c.id = ${client.id} ON CONFLICT DO NOTHING`,
    ...(secret === undefined
      ? []
      : [
          sql`INSERT INTO client_secrets (secret_hash, client_id, created_at, last_four)
              SELECT ${secret.sha256}, c.id, ${now}, ${secret.lastFour} FROM clients c WHERE c.id = ${client.id} ON CONFLICT DO NOTHING`,
        ]),
  ]
  return [...writes.map((one) => statement(db, one)), insertOrigins(db, client, registered)]
}

/** For its audit event. */
export function isSelfRegistered(clientId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM client_registrations WHERE client_id = ${clientId})`
}

/** The registration of a client, for the holder of its registration access token (RFC 7592 §2). */
export function findRegistration(
  db: D1Database,
  clientId: string,
  token: SecretHash<'registration'>,
): Query<Registration | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT auth_method, told FROM client_registrations WHERE client_id = ${clientId} AND token_hash = ${token.sha256}`,
    ),
    read: first((row) => ({
      // Only `insertRegistration` and `updateRegistration` write it, from this type.
      authMethod: text(row, 'auth_method') as AuthMethod,
      told: JSON.parse(text(row, 'told')),
    })),
  }
}

export interface ChangedRegistration extends Omit<NewRegistration, 'origin'> {
  /** The state when the change was checked. */
  readonly before: Client
  /** Whether an administrator must approve it. */
  readonly approval: boolean
}

/**
 * RFC 7592 §2.2: the new metadata replaces the old, if that is unchanged since the check: an administrator may have removed
 * something in between. Trust has to be given again, and other hosts are another sector. The change is not approved yet; a
 * client that an administrator suspended later stays suspended. The client itself is the last write, so that all of it takes
 * place once when executed twice.
 */
export function updateRegistration(
  db: D1Database,
  { before, client, approval, accessToken, authMethod, told, secret }: ChangedRegistration,
  now: Seconds,
): readonly Write[] {
  const { settings, policy } = columnsOf(client)
  const waits =
    approval && !isSameRegistration(before, client)
      ? sql`(suspended_at IS NULL OR approval IS NOT NULL)`
      : sql`false`
  const mine = isUnchangedRegistration(before, accessToken)
  const writes = [
    sql`UPDATE client_registrations SET auth_method = ${authMethod}, told = ${JSON.stringify(told)}
        WHERE client_id = ${client.id} AND ${mine}`,
    ...(secret === undefined
      ? []
      : [
          sql`INSERT INTO client_secrets (secret_hash, client_id, created_at, last_four) SELECT ${secret.sha256}, c.id, ${now}, ${secret.lastFour}
              FROM clients c WHERE c.id = ${client.id} AND ${mine}
                AND NOT EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = c.id) ON CONFLICT DO NOTHING`,
        ]),
    // A client that has become public, or authenticates with keys or a certificate now, keeps no secret.
    ...(!usesSecret(client)
      ? [sql`DELETE FROM client_secrets WHERE client_id = ${client.id} AND ${mine}`]
      : []),
    sql`DELETE FROM client_origins WHERE client_id = ${client.id} AND ${mine}`,
  ]
  const changed = sql`UPDATE clients SET (name, name_key, type, grant_type, grants, redirect_uris, post_logout_redirect_uris, allowed_origins)
      = (${commaSeparated(settings)}),
      (scope, access_token_format, access_token_lifetime, refresh_idle_lifetime, refresh_absolute_lifetime, jwks, jwks_uri, openid)
      = (${commaSeparated(policy)}), trust = 'unverified', updated_at = max(updated_at + 1, ${now}),
      suspended_at = iif(${waits}, ifnull(suspended_at, ${now}), suspended_at), approval = iif(${waits}, 'waiting', approval)
    WHERE id = ${client.id} AND ${mine}`
  return [...writes.map((one) => statement(db, one)), insertOrigins(db, client, mine), statement(db, changed)]
}

/** The token belongs to this registration, and the client is unchanged since it was read. */
export function isUnchangedRegistration({ id, updatedAt }: Client, token: SecretHash<'registration'>): Sql {
  return sql`EXISTS (SELECT 1 FROM client_registrations r JOIN clients k ON k.id = r.client_id
    WHERE r.client_id = ${id} AND r.token_hash = ${token.sha256} AND k.updated_at = ${updatedAt})`
}

/** RFC 7592 §2.3. Deletes its authorizations and tokens too. */
export function deleteRegistration(
  db: D1Database,
  clientId: string,
  token: SecretHash<'registration'>,
): Write {
  return statement(
    db,
    sql`DELETE FROM clients WHERE id = ${clientId} AND ${isRegistrationOf(clientId, token)}`,
  )
}

/** Whether the token still belongs to this registration. */
export function isRegistrationOf(clientId: string, token: SecretHash<'registration'>): Sql {
  return sql`EXISTS (SELECT 1 FROM client_registrations r
    WHERE r.client_id = ${clientId} AND r.token_hash = ${token.sha256})`
}
