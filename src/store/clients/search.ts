import type { ClientFilter } from '../../rules/clients/client.ts'
import { nameKey } from '../../rules/people/person.ts'
import {
  combined,
  first,
  holds,
  integer,
  type Page,
  pageOf,
  prefixEnd,
  type Query,
  type Row,
  text,
} from '../database.ts'
import { always, and, raw, type Sql, sql, statement } from '../sql.ts'
import { type OwnedClient, ownedColumns, readOwnedClient } from './clients.ts'

const conditionOf: Readonly<Record<ClientFilter, Sql>> = {
  confidential: sql`type = 'confidential'`,
  public: sql`type = 'public'`,
  trusted: sql`trust <> 'unverified'`,
  suspended: sql`suspended_at IS NOT NULL`,
  unused: sql`last_used_at IS NULL`,
}

/** Limit of applications that one page scans, however many there are. */
export const mostLooked = 2000

/** The owner of the listed applications, and other filters. */
interface ListedClients {
  readonly ownerId?: string | undefined
  /** Only clients that wait for an administrator. */
  readonly waiting?: boolean
}

export interface ClientSearch extends ListedClients {
  readonly search: string
  readonly show: ClientFilter | undefined
  readonly after: string
}

export interface FoundClients {
  /** An incomplete page can have a next one: when more remain to be scanned. */
  readonly page: Page<OwnedClient>
  /** For the first page, if everything was scanned. */
  readonly counted: number | undefined
  /** Whether only the beginnings of names were compared: there are too many applications for more. */
  readonly isByBeginning: boolean
}

/**
 * In alphabetical order, after `after`: applications with `search` anywhere in their name, or as their `client_id`. Of more than
 * `mostLooked` applications, those whose names begin with it, which an index finds.
 */
export function searchClients(db: D1Database, asked: ClientSearch, size: number): Query<FoundClients> {
  const { search, show, after } = asked
  if (search === '' && show === undefined) {
    return combined({ page: listed(db, asked, '', size) }, ({ page }) => ({
      page,
      counted: after === '' && page.next === undefined ? page.items.length : undefined,
      isByBeginning: false,
    }))
  }
  const among = amongOf(asked)
  const filter = show === undefined ? [] : [conditionOf[show]]
  if (search === '') return lookedFor(db, [...among, startAt(after, '')], filter, asked, size)
  const key = nameKey(search)
  const contains = sql`(instr(name_key, ${key}) > 0 OR id = ${search})`
  // As a limit it is decided once; as a condition it would be for each row.
  const mostOfFew = sql`iif(${isLarge(among)}, 0, ${mostLooked})`
  const beginning = [...among, startAt(after, key), sql`c.name_key < ${prefixEnd(key)}`]
  const starts =
    show === undefined
      ? combined({ page: listed(db, asked, key, size) }, ({ page }) => ({
          page,
          counted: undefined,
        }))
      : lookedFor(db, beginning, filter, asked, size)
  return combined(
    {
      large: holds(db, isLarge(among)),
      // Few enough to be scanned whole, so that nothing remains.
      parts: looked(db, [...among, startAt(after, '')], [contains, ...filter], size, mostOfFew),
      starts,
    },
    ({ large, parts, starts }) =>
      large
        ? { ...starts, isByBeginning: true }
        : { page: parts.page, counted: after === '' ? parts.counted : undefined, isByBeginning: false },
  )
}

function amongOf({ ownerId, waiting = false }: ListedClients): readonly Sql[] {
  return [
    ...(ownerId === undefined ? [] : [sql`c.owner_id = ${ownerId}`]),
    ...(waiting ? [sql`c.approval = 'waiting'`] : []),
  ]
}

/** One lower bound, so that the index starts right there. */
function startAt(after: string, key: string): Sql {
  const [name = '', id = ''] = after.startsWith(key) ? after.split('\n') : [key]
  return sql`(c.name_key, c.id) > (${name}, ${id})`
}

/** One page of those whose names begin with `key`: the index starts right there. */
function listed(db: D1Database, asked: ClientSearch, key: string, size: number): Query<Page<OwnedClient>> {
  const conditions = [...amongOf(asked), startAt(asked.after, key), sql`c.name_key < ${prefixEnd(key)}`]
  return {
    statement: statement(
      db,
      sql`SELECT ${raw(ownedColumns)} FROM clients c JOIN users u ON u.id = c.owner_id
        WHERE ${and(...conditions)} ORDER BY c.name_key, c.id LIMIT ${size + 1}`,
    ),
    read: pageOf(size, readOwnedClient, ({ client }) => placeOf(nameKey(client.name), client.id)),
  }
}

/** Those that match, of at most `mostLooked` that are scanned for one page. */
function lookedFor(
  db: D1Database,
  among: readonly Sql[],
  matching: readonly Sql[],
  { after }: ClientSearch,
  size: number,
): Query<FoundClients> {
  const queries = { found: looked(db, among, matching, size), end: endOfLook(db, among) }
  return combined(queries, ({ found, end }) => {
    const { items, next = end } = found.page
    const isWhole = after === '' && end === undefined
    return { page: { items, next }, counted: isWhole ? found.counted : undefined, isByBeginning: false }
  })
}

function looked(
  db: D1Database,
  among: readonly Sql[],
  matching: readonly Sql[],
  size: number,
  mostOfAll: Sql = sql`${mostLooked}`,
) {
  const page = pageOf(size, readOwnedClient, ({ client }) => placeOf(nameKey(client.name), client.id))
  return {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (SELECT id, name_key FROM (
            SELECT c.id, c.name_key, c.type, c.trust, c.suspended_at, c.last_used_at FROM clients c
            WHERE ${and(...among)} ORDER BY c.name_key, c.id LIMIT ${mostOfAll}) looked WHERE ${and(always, ...matching)})
        SELECT ${raw(ownedColumns)}, (SELECT count(*) FROM found) AS counted
        FROM (SELECT id FROM found ORDER BY name_key, id LIMIT ${size + 1}) f CROSS JOIN clients c CROSS JOIN users u
        WHERE c.id = f.id AND u.id = c.owner_id ORDER BY c.name_key, c.id`,
    ),
    read: (rows: readonly Row[]) => ({
      page: page(rows),
      counted: rows[0] === undefined ? 0 : integer(rows[0], 'counted'),
    }),
  }
}

/** The last application that a page scanned, unless it is the last of all. */
function endOfLook(db: D1Database, among: readonly Sql[]): Query<string | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT c.name_key, c.id FROM clients c WHERE ${and(...among)} ORDER BY c.name_key, c.id LIMIT 1 OFFSET ${mostLooked - 1}`,
    ),
    read: first((row) => placeOf(text(row, 'name_key'), text(row, 'id'))),
  }
}

/** Whether there are more applications than one page scans. */
function isLarge(among: readonly Sql[]): Sql {
  return sql`EXISTS (SELECT 1 FROM clients c WHERE ${and(sql`c.name_key >= ''`, ...among)} LIMIT 1 OFFSET ${mostLooked})`
}

const placeOf = (key: string, id: string) => `${key}\n${id}`
