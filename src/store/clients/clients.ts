import {
  accessTokenFormats,
  type Client,
  type ClientApproval,
  type ClientKeys,
  clientApprovals,
  clientTrusts,
  clientTypes,
  registeredGrantTypes,
  registrants,
} from '../../rules/clients/client.ts'
import { loopbackOrigin, originsOf } from '../../rules/clients/origin.ts'
import { sharesHosts } from '../../rules/openid/subject.ts'
import { nameKey } from '../../rules/people/person.ts'
import { parseScopeNames } from '../../rules/requests/scope.ts'
import type { Seconds } from '../../values/time.ts'
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
import { type Act, actorIs, isFirstTime, manages, mayChange } from '../guards.ts'
import { and, commaSeparated, raw, type Sql, sql, statement } from '../sql.ts'
import { logoOfClient } from './logos.ts'
import { parseClientOpenid } from './openid.ts'
import { ownsFewerThan } from './owned.ts'
import { policyValues, trustAfter } from './policy.ts'

const columns = `id, owner_id, name, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins,
  scope, access_token_format, access_token_lifetime, refresh_idle_lifetime, refresh_absolute_lifetime, jwks, jwks_uri,
  openid, created_at, updated_at, suspended_at, trust, last_used_at, grants, introspects, registered_by, approval`

export function readClient(row: Row): Client {
  return {
    id: text(row, 'id'),
    ownerId: text(row, 'owner_id'),
    name: text(row, 'name'),
    type: oneOf(clientTypes, row, 'type'),
    ...readGrants(row),
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
      introspectsAll: text(row, 'type') === 'confidential' && text(row, 'introspects') === 'all',
    },
    openid: parseClientOpenid(text(row, 'openid')),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    suspendedAt: optional(integer, row, 'suspended_at'),
    approval: optional(readApproval, row, 'approval'),
    trust: oneOf(clientTrusts, row, 'trust'),
    registeredBy: oneOf(registrants, row, 'registered_by'),
    lastUsedAt: optional(integer, row, 'last_used_at'),
  }
}

function readApproval(row: Row, column: string): ClientApproval {
  return oneOf(clientApprovals, row, column)
}

/** `grants` is empty in rows from before there could be several. */
function readGrants(row: Row): Pick<Client, 'grantType' | 'furtherGrantTypes'> {
  const [main, ...further] = text(row, 'grants')
    .split(' ')
    .flatMap((name) => registeredGrantTypes.find((known) => known === name) ?? [])
  return { grantType: main ?? oneOf(registeredGrantTypes, row, 'grant_type'), furtherGrantTypes: further }
}

function readKeys(row: Row): ClientKeys | undefined {
  const jwks = optional(text, row, 'jwks')
  if (jwks !== undefined) return { jwks }
  const jwksUri = optional(text, row, 'jwks_uri')
  return jwksUri === undefined ? undefined : { jwksUri }
}

export function findClient(db: D1Database, id: string): Query<Client | undefined> {
  return {
    statement: statement(db, sql`SELECT ${raw(columns)} FROM clients WHERE id = ${id}`),
    read: first(readClient),
  }
}

/** Which of these ids are clients. */
export function findClientIds(db: D1Database, ids: readonly string[]): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT c.id FROM json_each(${JSON.stringify(ids)}) i JOIN clients c ON c.id = i.value`,
    ),
    read: (rows) => rows.map((row) => text(row, 'id')),
  }
}

/** A client and its owner. rules/clients/owner.ts decides how people are shown the owner. */
export interface OwnedClient {
  readonly client: Client
  readonly ownerName: string
  /** The owner’s address, if it is confirmed. */
  readonly ownerEmail: string | undefined
  /** Hash of its logo. */
  readonly logo: string | undefined
}

export function findOwnedClient(db: D1Database, id: string): Query<OwnedClient | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(shown)} FROM clients c JOIN users u ON u.id = c.owner_id WHERE c.id = ${id}`,
    ),
    read: first(readOwnedClient),
  }
}

/** Only for its owner and administrators. For everybody else it is like one that does not exist. */
export function findManagedClient(
  db: D1Database,
  id: string,
  userId: string,
): Query<OwnedClient | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(shown)} FROM clients c JOIN users u ON u.id = c.owner_id
        WHERE c.id = ${id} AND ${manages({ actorId: userId })}`,
    ),
    read: first(readOwnedClient),
  }
}

/** For the user `u`. */
export const provenEmailOfOwner = 'iif(u.email_verified_at IS NULL, NULL, u.email) AS owner_email'

/** For the client `c`. */
export const clientColumns = columns.replaceAll(/\b(\w+)\b/g, 'c.$1')

const shown = `${clientColumns}, u.username, ${provenEmailOfOwner}, ${logoOfClient}`

function readOwnedClient(row: Row): OwnedClient {
  return {
    client: readClient(row),
    ownerName: text(row, 'username'),
    ownerEmail: optional(text, row, 'owner_email'),
    logo: optional(text, row, 'logo'),
  }
}

/** The owner of the listed applications, and other filters. */
export interface ListedClients {
  readonly ownerId?: string | undefined
  /** Only clients that wait for an administrator. */
  readonly waiting?: boolean
}

/** In alphabetical order, those starting with `prefix` and after `after`. */
export function listClients(
  db: D1Database,
  { ownerId, waiting = false }: ListedClients,
  prefix: string,
  after: string,
  size: number,
): Query<Page<OwnedClient>> {
  const key = nameKey(prefix)
  // One lower bound, so that the index starts right there.
  const [startName = '', startId = ''] = after.startsWith(key) ? after.split('\n') : [key]
  const conditions = [
    ...(ownerId === undefined ? [] : [sql`c.owner_id = ${ownerId}`]),
    ...(waiting ? [sql`c.approval = 'waiting'`] : []),
    sql`(c.name_key, c.id) > (${startName}, ${startId}) AND c.name_key < ${prefixEnd(key)}`,
  ]
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(shown)} FROM clients c JOIN users u ON u.id = c.owner_id
        WHERE ${and(...conditions)} ORDER BY c.name_key, c.id LIMIT ${size + 1}`,
    ),
    read: pageOf(size, readOwnedClient, ({ client }) => `${nameKey(client.name)}\n${client.id}`),
  }
}

/** The number of clients, counted up to `most`. */
export function countClients(db: D1Database, most: number): Query<number> {
  return {
    statement: statement(db, sql`SELECT COUNT(*) AS counted FROM (SELECT 1 FROM clients LIMIT ${most})`),
    read: ([row]) => (row === undefined ? 0 : integer(row, 'counted')),
  }
}

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

export function insertOrigins(db: D1Database, client: Client, only: Sql): Write {
  return statement(
    db,
    sql`INSERT INTO client_origins (origin, client_id)
        SELECT o.value, c.id FROM clients c, json_each(${JSON.stringify(originsOf(client))}) o
        WHERE c.id = ${client.id} AND ${only} ON CONFLICT DO NOTHING`,
  )
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

/** For the preflight, which names no client. */
export function isRegisteredOrigin(db: D1Database, origin: string): Query<boolean> {
  const loopback = loopbackOrigin(origin)
  // Origins of one loopback host are adjacent in the index, with or without a port.
  const same =
    loopback === undefined
      ? sql`origin = ${origin}`
      : sql`origin = ${loopback} OR (origin > ${`${loopback}:`} AND origin < ${`${loopback};`})`
  return {
    statement: statement(db, sql`SELECT 1 AS found FROM client_origins WHERE ${same} LIMIT 1`),
    read: (rows) => rows.length > 0,
  }
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
