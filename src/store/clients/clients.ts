import {
  accessTokenFormats,
  type Client,
  type ClientKeys,
  clientTrusts,
  clientTypes,
  registeredGrantTypes,
} from '../../rules/clients/client.ts'
import { originsOf } from '../../rules/clients/origin.ts'
import { nameKey } from '../../rules/people/person.ts'
import { parseScopeNames } from '../../rules/requests/scope.ts'
import {
  first,
  integer,
  oneOf,
  optional,
  type Page,
  pageOf,
  prefixEnd,
  type Query,
  type Row,
  text,
  texts,
  type Write,
} from '../database.ts'
import { type Act, actorMay, isAdministrator, manages, mayAct } from '../guards.ts'
import { logoOfClient } from './logos.ts'
import { parseClientOpenid } from './openid.ts'
import { policyValues } from './policy.ts'

const columns = `id, owner_id, name, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins,
  scope, access_token_format, access_token_lifetime, refresh_idle_lifetime, refresh_absolute_lifetime, jwks, jwks_uri,
  openid, created_at, updated_at, suspended_at, trust, last_used_at`

function readClient(row: Row): Client {
  return {
    id: text(row, 'id'),
    ownerId: text(row, 'owner_id'),
    name: text(row, 'name'),
    type: oneOf(clientTypes, row, 'type'),
    grantType: oneOf(registeredGrantTypes, row, 'grant_type'),
    redirectUris: texts(row, 'redirect_uris'),
    postLogoutRedirectUris: texts(row, 'post_logout_redirect_uris'),
    allowedOrigins: texts(row, 'allowed_origins'),
    policy: {
      scope: parseScopeNames(text(row, 'scope')),
      accessTokenFormat: oneOf(accessTokenFormats, row, 'access_token_format'),
      accessTokenLifetime: optional(integer, row, 'access_token_lifetime'),
      refreshIdleLifetime: optional(integer, row, 'refresh_idle_lifetime'),
      refreshAbsoluteLifetime: optional(integer, row, 'refresh_absolute_lifetime'),
      keys: readKeys(row),
    },
    openid: parseClientOpenid(text(row, 'openid')),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    suspendedAt: optional(integer, row, 'suspended_at'),
    trust: oneOf(clientTrusts, row, 'trust'),
    lastUsedAt: optional(integer, row, 'last_used_at'),
  }
}

function readKeys(row: Row): ClientKeys | undefined {
  const jwks = optional(text, row, 'jwks')
  if (jwks !== undefined) return { jwks }
  const jwksUri = optional(text, row, 'jwks_uri')
  return jwksUri === undefined ? undefined : { jwksUri }
}

export function findClient(db: D1Database, id: string): Query<Client | undefined> {
  return {
    statement: db.prepare(`SELECT ${columns} FROM clients WHERE id = ?`).bind(id),
    read: first(readClient),
  }
}

/** A client with the name of its owner, as people are shown it. */
export interface OwnedClient {
  readonly client: Client
  readonly ownerName: string
  /** Hash of its logo. */
  readonly logo: string | undefined
}

export function findOwnedClient(db: D1Database, id: string): Query<OwnedClient | undefined> {
  return {
    statement: db
      .prepare(`SELECT ${shown} FROM clients c JOIN users u ON u.id = c.owner_id WHERE c.id = ?`)
      .bind(id),
    read: first(readOwnedClient),
  }
}

/** Only for who may see it: its owner, and administrators. For everybody else it is like one that does not exist. */
export function findManagedClient(
  db: D1Database,
  id: string,
  userId: string,
): Query<OwnedClient | undefined> {
  return {
    statement: db
      .prepare(
        `SELECT ${shown} FROM clients c JOIN users u ON u.id = c.owner_id WHERE c.id = ?1 AND ${manages}`,
      )
      .bind(id, userId),
    read: first(readOwnedClient),
  }
}

const shown = `${columns.replaceAll(/\b(\w+)\b/g, 'c.$1')}, u.username, ${logoOfClient}`

function readOwnedClient(row: Row): OwnedClient {
  return { client: readClient(row), ownerName: text(row, 'username'), logo: optional(text, row, 'logo') }
}

/** In the order of names: of one owner, or of all when `ownerId` is undefined; those starting with `prefix` and after `after`. */
export function listClients(
  db: D1Database,
  ownerId: string | undefined,
  prefix: string,
  after: string,
  size: number,
): Query<Page<OwnedClient>> {
  const key = nameKey(prefix)
  // One lower bound, so that the index starts right there.
  const [startName = '', startId = ''] = after.startsWith(key) ? after.split('\n') : [key]
  const owner = ownerId === undefined ? '' : 'c.owner_id = ? AND'
  return {
    statement: db
      .prepare(
        `SELECT ${shown} FROM clients c JOIN users u ON u.id = c.owner_id
         WHERE ${owner} (c.name_key, c.id) > (?, ?) AND c.name_key < ?
         ORDER BY c.name_key, c.id LIMIT ?`,
      )
      .bind(...(ownerId === undefined ? [] : [ownerId]), startName, startId, prefixEnd(key), size + 1),
    read: pageOf(size, readOwnedClient, ({ client }) => `${nameKey(client.name)}\n${client.id}`),
  }
}

/** How many there are, counted no further than `most`. */
export function countClients(db: D1Database, most: number): Query<number> {
  return {
    statement: db.prepare('SELECT COUNT(*) AS counted FROM (SELECT 1 FROM clients LIMIT ?)').bind(most),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'counted')),
  }
}

/**
 * Nothing happens when the owner is gone, the id is taken, or the attempt took effect before. A person (`act`) registers for
 * themselves; an administrator for anybody. `byRole`: not everybody may.
 */
export function insertClient(
  db: D1Database,
  client: Client,
  act?: Act,
  byRole: boolean = false,
): readonly Write[] {
  const who = [client.id, act?.actorId ?? null, act?.attemptId ?? null] as const
  const once = 'NOT EXISTS (SELECT 1 FROM audit_events WHERE id = ?3)'
  const insert = db
    .prepare(
      `INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris,
         allowed_origins, scope, access_token_format, access_token_lifetime, refresh_idle_lifetime,
         refresh_absolute_lifetime, jwks, jwks_uri, openid, created_at, updated_at, suspended_at, trust)
       SELECT ?1, u.id, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23 FROM users u WHERE u.id = ?4 AND ${once}
         AND (?2 IS NULL OR ?2 = ?4 OR ${isAdministrator}) ${byRole ? `AND ${actorMay('register')}` : ''}
       ON CONFLICT DO NOTHING`,
    )
    .bind(
      ...who,
      ...settingsOf(client),
      ...policyValues(client),
      client.createdAt,
      client.updatedAt,
      client.suspendedAt ?? null,
      client.trust,
    )
  const origins = db
    .prepare(
      `INSERT INTO client_origins (origin, client_id)
       SELECT o.value, c.id FROM clients c, json_each(?4) o WHERE c.id = ?1 AND ${once} ON CONFLICT DO NOTHING`,
    )
    .bind(client.id, null, act?.attemptId ?? null, JSON.stringify(originsOf(client)))
  return [insert, origins]
}

/**
 * All that a developer decides, as a whole: of two people who save at once, the last one's. What an administrator verified they
 * verified under this name and at these addresses.
 */
export function updateClient(db: D1Database, act: Act, client: Client): readonly Write[] {
  const who = [client.id, act.actorId, act.attemptId] as const
  return [
    db
      .prepare(
        `UPDATE clients SET owner_id = ?4, name = ?5, name_key = ?6, type = ?7, grant_type = ?8, redirect_uris = ?9,
           post_logout_redirect_uris = ?10, allowed_origins = ?11, updated_at = max(updated_at + 1, ?12),
           openid = iif(?7 = 'public', json_set(openid, '$.pkce_optional', json('false')), openid),
           trust = iif(${isAdministrator} OR (name = ?5 AND redirect_uris = ?9), trust, 'unverified')
         WHERE id = ?1 AND ${mayAct}`,
      )
      .bind(...who, ...settingsOf(client), client.updatedAt),
    db.prepare(`DELETE FROM client_origins WHERE client_id = ?1 AND ${mayAct}`).bind(...who),
    db
      .prepare(
        `INSERT INTO client_origins (origin, client_id)
         SELECT o.value, ?1 FROM json_each(?4) o WHERE ${mayAct} ON CONFLICT DO NOTHING`,
      )
      .bind(...who, JSON.stringify(originsOf(client))),
  ]
}

/** Its secrets, origins, consents and authorizations go with it (ON DELETE CASCADE), and so do all its tokens. */
export function deleteClient(db: D1Database, actorId: string, id: string): Write {
  return db.prepare(`DELETE FROM clients AS c WHERE c.id = ?1 AND ${manages}`).bind(id, actorId)
}

/** For the preflight, which names no client. */
export function isRegisteredOrigin(db: D1Database, origin: string): Query<boolean> {
  return {
    statement: db.prepare('SELECT 1 AS found FROM client_origins WHERE origin = ? LIMIT 1').bind(origin),
    read: (rows) => rows.length > 0,
  }
}

function settingsOf(client: Client) {
  return [
    client.ownerId,
    client.name,
    nameKey(client.name),
    client.type,
    client.grantType,
    JSON.stringify(client.redirectUris),
    JSON.stringify(client.postLogoutRedirectUris),
    JSON.stringify(client.allowedOrigins),
  ] as const
}
