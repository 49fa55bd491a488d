import { type Connection, connectionKinds } from '../../rules/sign-in/connection.ts'
import { first, integer, oneOf, optional, type Query, type Row, text } from '../database.ts'
import { raw, type Sql, sql, statement } from '../sql.ts'
import { parseSettings } from './connection-settings.ts'

/** For the connection `n`. */
const connectionColumns = raw(
  `n.id, n.kind, n.name, n.position, n.issuer, n.client_id, n.sealed_secret, n.settings, n.created_at, n.updated_at,
    n.suspended_at`,
)

function readConnection(row: Row): Connection {
  return {
    id: text(row, 'id'),
    kind: oneOf(connectionKinds, row, 'kind'),
    name: text(row, 'name'),
    position: integer(row, 'position'),
    issuer: optional(text, row, 'issuer'),
    clientId: text(row, 'client_id'),
    sealedSecret: optional(text, row, 'sealed_secret'),
    settings: parseSettings(text(row, 'settings')),
    createdAt: integer(row, 'created_at'),
    updatedAt: integer(row, 'updated_at'),
    suspendedAt: optional(integer, row, 'suspended_at'),
  }
}

/** All of them, suspended ones too, in the order of their buttons. There are at most `mostConnections`. */
export function listConnections(db: D1Database): Query<readonly Connection[]> {
  return {
    statement: statement(db, sql`SELECT ${connectionColumns} FROM connections n ORDER BY n.position, n.id`),
    read: (rows) => rows.map(readConnection),
  }
}

export function findConnection(db: D1Database, id: string): Query<Connection | undefined> {
  return {
    statement: statement(db, sql`SELECT ${connectionColumns} FROM connections n WHERE n.id = ${id}`),
    read: first(readConnection),
  }
}

/** The data of a sign-in button. */
export type ConnectionButton = Pick<Connection, 'id' | 'kind' | 'name'>

/** Those that people can sign in with, in the order of their buttons. */
export function listButtons(db: D1Database): Query<readonly ConnectionButton[]> {
  return {
    statement: statement(
      db,
      sql`SELECT id, kind, name FROM connections WHERE suspended_at IS NULL ORDER BY position, id`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        id: text(row, 'id'),
        kind: oneOf(connectionKinds, row, 'kind'),
        name: text(row, 'name'),
      })),
  }
}

/** Whether there are any, suspended ones too. */
export function hasConnections(db: D1Database): Query<boolean> {
  return {
    statement: statement(db, sql`SELECT 1 AS found FROM connections LIMIT 1`),
    read: (rows) => rows.length > 0,
  }
}

/** People can sign in with it now. */
export function isConnected(id: string): Sql {
  return sql`EXISTS (SELECT 1 FROM connections n WHERE n.id = ${id} AND n.suspended_at IS NULL)`
}
