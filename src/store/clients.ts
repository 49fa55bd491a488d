import { type Client, clientTypes, registeredGrantTypes } from '../protocol/client.ts'
import { originsOf } from '../protocol/origin.ts'
import { nameKey } from '../protocol/person.ts'
import { first, integer, oneOf, page, prefixEnd, type Page, type Query, type Row, text, texts, type Write } from './database.ts'

const columns = `id, owner_id, name, type, grant_type, redirect_uris, post_logout_redirect_uris, allowed_origins,
  created_at, updated_at`

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
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
  }
}

export function findClient(db: D1Database, id: string): Query<Client | undefined> {
  return { statement: db.prepare(`SELECT ${columns} FROM clients WHERE id = ?`).bind(id), read: first(readClient) }
}

/** A client with the name of its owner, as people are shown it. */
export interface OwnedClient {
  readonly client: Client
  readonly ownerName: string
}

export function findOwnedClient(db: D1Database, id: string): Query<OwnedClient | undefined> {
  return {
    statement: db
      .prepare(
        `SELECT ${qualified}, u.username FROM clients c JOIN users u ON u.id = c.owner_id WHERE c.id = ?`,
      )
      .bind(id),
    read: first(readOwnedClient),
  }
}

const qualified = columns.replaceAll(/\b(\w+)\b/g, 'c.$1')

function readOwnedClient(row: Row): OwnedClient {
  return { client: readClient(row), ownerName: text(row, 'username') }
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
  const [afterName = '', afterId = ''] = after.split('\n')
  const owner = ownerId === undefined ? '' : 'c.owner_id = ? AND'
  return {
    statement: db
      .prepare(
        `SELECT ${qualified}, u.username FROM clients c JOIN users u ON u.id = c.owner_id
         WHERE ${owner} c.name_key >= ? AND c.name_key < ? AND (c.name_key, c.id) > (?, ?)
         ORDER BY c.name_key, c.id LIMIT ?`,
      )
      .bind(...(ownerId === undefined ? [] : [ownerId]), key, prefixEnd(key), afterName, afterId, size + 1),
    read: page(size, readOwnedClient, ({ client }) => `${nameKey(client.name)}\n${client.id}`),
  }
}

/** Nothing happens when the owner is gone, or the id is taken. */
export function insertClient(db: D1Database, client: Client): readonly Write[] {
  const [, ...rest] = valuesOf(client)
  const insert = db
    .prepare(
      `INSERT INTO clients (id, owner_id, name, name_key, type, grant_type, redirect_uris, post_logout_redirect_uris,
         allowed_origins, created_at, updated_at)
       SELECT ?, id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM users WHERE id = ? ON CONFLICT DO NOTHING`,
    )
    .bind(client.id, ...rest, client.createdAt, client.updatedAt, client.ownerId)
  return [insert, ...writeOrigins(db, client)]
}

export function updateClient(db: D1Database, client: Client): readonly Write[] {
  const update = db
    .prepare(
      `UPDATE clients SET owner_id = ?, name = ?, name_key = ?, type = ?, grant_type = ?, redirect_uris = ?,
         post_logout_redirect_uris = ?, allowed_origins = ?, updated_at = ? WHERE id = ?`,
    )
    .bind(...valuesOf(client), client.updatedAt, client.id)
  return [update, ...writeOrigins(db, client)]
}

/** Its secrets, origins, consents and authorizations go with it (ON DELETE CASCADE), and so do all its tokens. */
export function deleteClient(db: D1Database, id: string): Write {
  return db.prepare('DELETE FROM clients WHERE id = ?').bind(id)
}

/** For the preflight, which names no client. */
export function isRegisteredOrigin(db: D1Database, origin: string): Query<boolean> {
  return {
    statement: db.prepare('SELECT 1 AS found FROM client_origins WHERE origin = ? LIMIT 1').bind(origin),
    read: (rows) => rows.length > 0,
  }
}

/** Guarded by the client's row, so that an origin never outlives a client that is deleted at the same moment. */
function writeOrigins(db: D1Database, client: Client): readonly Write[] {
  return [
    db.prepare('DELETE FROM client_origins WHERE client_id = ?').bind(client.id),
    db
      .prepare(
        `INSERT INTO client_origins (origin, client_id)
         SELECT o.value, c.id FROM clients c, json_each(?) o WHERE c.id = ? ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(originsOf(client)), client.id),
  ]
}

function valuesOf(client: Client) {
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
