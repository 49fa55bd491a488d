import type { ClientFilter } from '../../rules/clients/filter.ts'
import { nameKey } from '../../rules/people/person.ts'
import {
  combined,
  first,
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
  const { ownerId, waiting = false, search, after } = asked
  const among = [
    ...(ownerId === undefined ? [] : [sql`c.owner_id = ${ownerId}`]),
    ...(waiting ? [sql`c.approval = 'waiting'`] : []),
  ]
  const key = nameKey(search)
  const anywhere = startAt(after, '')
  const beginning = [startAt(after, key), sql`c.name_key < ${prefixEnd(key)}`]
  const contains = sql`(instr(name_key, ${key}) > 0 OR id = ${search})`
  return combined(
    {
      whole: endOfLook(db, [always, ...among]),
      parts: looked(db, [...among, anywhere], [contains, ...filterOf(asked)], size),
      partsEnd: endOfLook(db, [...among, anywhere]),
      starts: looked(db, [...among, ...beginning], filterOf(asked), size),
      startsEnd: endOfLook(db, [...among, ...beginning]),
    },
    ({ whole, parts, partsEnd, starts, startsEnd }) => {
      const isByBeginning = whole !== undefined && search !== ''
      const [found, end] = isByBeginning ? [starts, startsEnd] : [parts, partsEnd]
      const { items, next = end } = found.page
      const isWhole = after === '' && end === undefined
      return { page: { items, next }, counted: isWhole ? found.counted : undefined, isByBeginning }
    },
  )
}

function filterOf({ show }: ClientSearch): readonly Sql[] {
  return show === undefined ? [] : [conditionOf[show]]
}

/** One lower bound, so that the index starts right there. */
function startAt(after: string, key: string): Sql {
  const [name = '', id = ''] = after.startsWith(key) ? after.split('\n') : [key]
  return sql`(c.name_key, c.id) > (${name}, ${id})`
}

function looked(db: D1Database, among: readonly Sql[], matching: readonly Sql[], size: number) {
  const page = pageOf(size, readOwnedClient, ({ client }) => placeOf(nameKey(client.name), client.id))
  return {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (SELECT id FROM (
            SELECT c.id, c.name_key, c.type, c.trust, c.suspended_at, c.last_used_at FROM clients c
            WHERE ${and(...among)} ORDER BY c.name_key, c.id LIMIT ${mostLooked}) looked WHERE ${and(always, ...matching)})
        SELECT ${raw(ownedColumns)}, (SELECT count(*) FROM found) AS counted
        FROM found f CROSS JOIN clients c CROSS JOIN users u
        WHERE c.id = f.id AND u.id = c.owner_id ORDER BY c.name_key, c.id LIMIT ${size + 1}`,
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

const placeOf = (key: string, id: string) => `${key}\n${id}`
