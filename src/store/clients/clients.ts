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
import { parseScopeNames } from '../../rules/requests/scope.ts'
import { combined, first, integer, oneOf, optional, type Query, type Row, text, texts } from '../database.ts'
import { manages } from '../guards.ts'
import { raw, sql, statement } from '../sql.ts'
import { logoOfClient } from './logos.ts'
import { parseClientOpenid } from './openid.ts'

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

export function readApproval(row: Row, column: string): ClientApproval {
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

/** A client and its owner. rules/clients/owner.ts decides how people are shown the owner. */
export interface OwnedClient {
  readonly client: Client
  readonly ownerName: string
  /** The owner’s address, if it is confirmed. */
  readonly ownerEmail: string | undefined
  /** Hash of its logo. */
  readonly logo: string | undefined
}

/** A client whose owner may not have been read yet: only pages show the owner. */
export type FoundClient = OwnedClient | { readonly client: Client }

export function findOwnedClient(db: D1Database, id: string): Query<OwnedClient | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(ownedColumns)} FROM clients c JOIN users u ON u.id = c.owner_id WHERE c.id = ${id}`,
    ),
    read: first(readOwnedClient),
  }
}

/** The same client with its owner. Undefined: it was deleted meanwhile. */
export function withOwner(db: D1Database, known: FoundClient): Query<OwnedClient | undefined> {
  const { client } = known
  return 'ownerName' in known
    ? combined({}, () => known)
    : combined({ owner: findOwner(db, client.id) }, ({ owner }) => owner && { ...owner, client })
}

function findOwner(db: D1Database, id: string): Query<Omit<OwnedClient, 'client'> | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(ownerColumns)} FROM clients c JOIN users u ON u.id = c.owner_id WHERE c.id = ${id}`,
    ),
    read: first(readOwner),
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
      sql`SELECT ${raw(ownedColumns)} FROM clients c JOIN users u ON u.id = c.owner_id
        WHERE c.id = ${id} AND ${manages({ actorId: userId })}`,
    ),
    read: first(readOwnedClient),
  }
}

/** For the user `u`. */
export const provenEmailOfOwner = 'iif(u.email_verified_at IS NULL, NULL, u.email) AS owner_email'

/** For the client `c`. */
export const clientColumns = columns.replaceAll(/\b(\w+)\b/g, 'c.$1')

/** The input of `readOwnedClient`, for the client `c` and its owner `u`. */
const ownerColumns = `u.username, ${provenEmailOfOwner}, ${logoOfClient}`
export const ownedColumns = `${clientColumns}, ${ownerColumns}`

export function readOwnedClient(row: Row): OwnedClient {
  return { client: readClient(row), ...readOwner(row) }
}

function readOwner(row: Row): Omit<OwnedClient, 'client'> {
  return {
    ownerName: text(row, 'username'),
    ownerEmail: optional(text, row, 'owner_email'),
    logo: optional(text, row, 'logo'),
  }
}
