import { nameKey } from '../../rules/people/person.ts'
import { integer, type Page, pageOf, prefixEnd, type Query, text } from '../database.ts'
import { and, raw, sql, statement } from '../sql.ts'
import { type OwnedClient, ownedColumns, readOwnedClient } from './clients.ts'

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
      sql`SELECT ${raw(ownedColumns)} FROM clients c JOIN users u ON u.id = c.owner_id
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

/** The ids that are clients. */
export function findClientIds(db: D1Database, ids: readonly string[]): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT c.id FROM json_each(${JSON.stringify(ids)}) i JOIN clients c ON c.id = i.value`,
    ),
    read: (rows) => rows.map((row) => text(row, 'id')),
  }
}
