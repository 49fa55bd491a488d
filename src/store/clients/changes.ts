import type { Client } from '../../rules/clients/client.ts'
import { sharesHosts } from '../../rules/openid/subject.ts'
import { nameKey } from '../../rules/people/person.ts'
import type { Seconds } from '../../values/time.ts'
import type { Write } from '../database.ts'
import { type Act, actorIs, isFirstTime, manages, mayChange } from '../guards.ts'
import { commaSeparated, sql, statement } from '../sql.ts'
import { insertOrigins } from './origins.ts'
import { ownsFewerThan } from './owned.ts'
import { policyValues, trustAfter } from './policy.ts'

/**
 * Does nothing when the owner was deleted, the id is taken, or the attempt took effect before. A person (`act`) registers for
 * themselves; an administrator for anybody. `byRole`: not everybody may. `most`: the maximum for one person.
 */
export function insertClient(
  db: D1Database,
  client: Client,
  act?: Act,
  byRole: boolean = false,
  most: number = Number.MAX_SAFE_INTEGER,
): readonly Write[] {
  const once = act === undefined ? sql`TRUE` : isFirstTime(act)
  const allowed =
    act === undefined ? sql`TRUE` : sql`(u.id = ${act.actorId} OR ${actorIs(act, 'administer')})`
  const asRole = act !== undefined && byRole ? actorIs(act, 'register') : sql`TRUE`
  const hasRoom =
    act === undefined ? sql`TRUE` : sql`(${actorIs(act, 'administer')} OR ${ownsFewerThan(most)})`
  const { settings, policy } = columnsOf(client)
  const insert = statement(
    db,
    sql`INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, grants, redirect_uris, post_logout_redirect_uris,
          allowed_origins, scope, access_token_format, access_token_lifetime, refresh_idle_lifetime,
          refresh_absolute_lifetime, jwks, jwks_uri, openid, created_at, updated_at, suspended_at, trust, introspects)
        SELECT ${client.id}, u.id, ${commaSeparated(settings)}, ${commaSeparated(policy)}, ${client.createdAt}, ${client.updatedAt},
          ${client.suspendedAt ?? null}, ${client.trust}, ${client.policy.introspectsAll ? 'all' : 'own'}
        FROM users u WHERE u.id = ${client.ownerId} AND ${once} AND ${allowed} AND ${asRole} AND ${hasRoom}
        ON CONFLICT DO NOTHING`,
  )
  return [insert, insertOrigins(db, client, once)]
}

/**
 * All settings of a developer, as a whole: of two people who save at once, the last one's. `before`: the state when the form
 * was checked. Other hosts are another sector (OIDC Core §8.1), unless an administrator decides otherwise.
 */
export function updateClient(db: D1Database, act: Act, before: Client, client: Client): readonly Write[] {
  const { settings } = columnsOf(client)
  const allowed = mayChange(act, client.id)
  const isMoved = sharesHosts(before.redirectUris, client.redirectUris)
    ? sql`updated_at <> ${before.updatedAt}`
    : sql`true`
  // The sector's document was read for the previous URI.
  const sectorUri = sql`json_extract(openid, '$.sector_identifier_uri')`
  const keptSectorUri = sql`iif(redirect_uris = ${JSON.stringify(client.redirectUris)}
    OR ${sectorUri} IS ${before.openid.sectorIdentifierUri ?? null}, ${sectorUri}, NULL)`
  return [
    statement(
      db,
      sql`UPDATE clients SET owner_id = ${client.ownerId},
            (name, name_key, type, grant_type, grants, redirect_uris, post_logout_redirect_uris, allowed_origins) = (${commaSeparated(settings)}),
            updated_at = max(updated_at + 1, ${client.updatedAt}),
            openid = json_patch(openid, json_object('pkce_optional', json(iif(${client.type} = 'confidential' AND json_extract(openid, '$.pkce_optional'), 'true', 'false')),
              'sector_identifier_uri', ${keptSectorUri},
              'sector_moved', json(iif(json_extract(openid, '$.sector_moved') OR (${isMoved} AND NOT ${actorIs(act, 'administer')}), 'true', 'false')))),
            trust = ${trustAfter(act, before, client)}
          WHERE id = ${client.id} AND ${allowed}`,
    ),
    statement(db, sql`DELETE FROM client_origins WHERE client_id = ${client.id} AND ${allowed}`),
    insertOrigins(db, client, allowed),
  ]
}

/** While its many authorizations are deleted, no new one is added. */
export function stopClient(db: D1Database, act: Act, id: string, now: Seconds): Write {
  return statement(
    db,
    sql`UPDATE clients SET suspended_at = ifnull(suspended_at, ${now}) WHERE id = ${id} AND ${mayChange(act, id)}`,
  )
}

/** Deletes its secrets, origins, consents and authorizations too (ON DELETE CASCADE), and so all of its tokens. */
export function deleteClient(db: D1Database, actorId: string, id: string): Write {
  return statement(db, sql`DELETE FROM clients AS c WHERE c.id = ${id} AND ${manages({ actorId })}`)
}

/** The values of the columns from `name` to `allowed_origins`, and from `scope` to `openid`. */
export function columnsOf(client: Client) {
  const { grantType, furtherGrantTypes } = client
  return {
    settings: [
      client.name,
      nameKey(client.name),
      client.type,
      // A value that the column's rule allows; `grants` has all of them.
      grantType === 'client-credentials' ? grantType : 'authorization-code',
      [grantType, ...furtherGrantTypes].join(' '),
      JSON.stringify(client.redirectUris),
      JSON.stringify(client.postLogoutRedirectUris),
      JSON.stringify(client.allowedOrigins),
    ],
    policy: policyValues(client),
  }
}
