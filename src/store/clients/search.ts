import { type ClientFilter, clientTrusts, clientTypes, registrants } from '../../rules/clients/client.ts'
import type { ListedClient } from '../../rules/clients/owner.ts'
import { nameKey } from '../../rules/people/person.ts'
import {
  combined,
  first,
  holds,
  integer,
  oneOf,
  optional,
  type Page,
  prefixEnd,
  type Query,
  type Row,
  text,
} from '../database.ts'
import {
  byTime,
  isAfter,
  listed,
  type Order,
  orderBy,
  orderColumns,
  orderOfFound,
  pageIn,
  placeOf,
  type Sort,
} from '../list.ts'
import { always, and, raw, type Sql, sql, statement } from '../sql.ts'
import { readApproval } from './clients.ts'
import { logoOfClient } from './logos.ts'

/** The orders of a list of applications. */
export const clientSorts = ['name', 'created', 'used'] as const
export type ClientSort = (typeof clientSorts)[number]

const orders: Readonly<Record<ClientSort, Order>> = {
  name: { key: sql`c.name_key`, type: 'text', id: sql`c.id` },
  created: byTime(sql`c.created_at`, sql`c.id`),
  used: byTime(sql`ifnull(c.last_used_at, 0)`, sql`c.id`),
}

const byName: Sort<ClientSort> = { by: 'name', descending: false }

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
  readonly show?: ClientFilter | undefined
  readonly after?: string
  /** By name unless another one is chosen. */
  readonly sort?: Sort<ClientSort>
}

/** For the client `c` and its owner `u`. */
const listedColumns =
  raw(`c.id, c.name, c.type, c.suspended_at, c.approval, c.trust, c.registered_by, c.last_used_at,
  c.openid ->> 'pkce_optional' AS pkce_optional, u.username, ${logoOfClient}`)

function readListed(row: Row): ListedClient {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    type: oneOf(clientTypes, row, 'type'),
    suspendedAt: optional(integer, row, 'suspended_at'),
    approval: optional(readApproval, row, 'approval'),
    trust: oneOf(clientTrusts, row, 'trust'),
    registeredBy: oneOf(registrants, row, 'registered_by'),
    lastUsedAt: optional(integer, row, 'last_used_at'),
    pkceOptional: optional(integer, row, 'pkce_optional') === 1,
    ownerName: text(row, 'username'),
    logo: optional(text, row, 'logo'),
  }
}

export interface FoundClients {
  /** An incomplete page can have a next one: when more remain to be scanned. */
  readonly page: Page<ListedClient>
  /** Whether only the beginnings of names were compared: there are too many applications for more. */
  readonly isByBeginning: boolean
  /** The order of the page. It is by name where there are too many for another one. */
  readonly sort: Sort<ClientSort>
}

/**
 * Applications with `search` anywhere in their name, or as their `client_id`. Of more than `mostLooked` applications, those whose
 * names begin with it, which an index finds. All applications can be in any order, by an index each; of a part of them up to
 * `mostLooked` are sorted.
 */
export function searchClients(db: D1Database, asked: ClientSearch, size: number): Query<FoundClients> {
  const { search, show, after = '', sort = byName } = asked
  const among = amongOf(asked)
  const filter = show === undefined ? [] : [conditionOf[show]]
  const isEverything = search === '' && show === undefined
  if (isEverything && (among.length === 0 || sort.by === 'name')) {
    const found = { page: page(db, { ...asked, sort }, '', size) }
    return combined(found, ({ page }) => ({ page, isByBeginning: false, sort }))
  }
  const key = nameKey(search)
  const contains = search === '' ? [] : [sql`(instr(name_key, ${key}) > 0 OR found_id = ${search})`]
  const isByName = sort.by === 'name' && !sort.descending
  // As a limit it is decided once; as a condition it would be for each row.
  const mostOfFew = sql`iif(${isLarge(among)}, 0, ${mostLooked})`
  const large = beginningWith(db, { ...asked, after: isByName ? after : '' }, key, size)
  if (isByName && search === '')
    return combined({ page: large }, ({ page }) => ({ page, isByBeginning: false, sort }))
  return combined(
    {
      isLarge: holds(db, isLarge(among)),
      // Few enough to be scanned whole, so that nothing remains.
      few: looked(
        db,
        [...among, sql`c.name_key > ''`],
        [...contains, ...filter],
        { sort, after },
        size,
        mostOfFew,
      ),
      large,
    },
    ({ isLarge, few, large }) =>
      isLarge
        ? { page: large, isByBeginning: search !== '', sort: byName }
        : { page: few, isByBeginning: false, sort },
  )
}

function amongOf({ ownerId, waiting = false }: ListedClients): readonly Sql[] {
  return [
    ...(ownerId === undefined ? [] : [sql`c.owner_id = ${ownerId}`]),
    ...(waiting ? [sql`c.approval = 'waiting'`] : []),
  ]
}

/** One page of those whose names begin with `key`: the index starts right there. */
function page(db: D1Database, asked: ClientSearch, key: string, size: number): Query<Page<ListedClient>> {
  const { after = '', sort = byName } = asked
  const listing = {
    columns: listedColumns,
    from: sql`clients c JOIN users u ON u.id = c.owner_id`,
    counted: sql`clients c`,
    where: and(always, ...amongOf(asked)),
    order: orders[sort.by],
    ...(key !== '' && { range: { from: key, below: prefixEnd(key) } }),
  }
  return listed(db, listing, { after: after.startsWith(key) ? after : '', size, sort }, readListed)
}

/** Of many applications, in the order of names. With a filter, at most `mostLooked` are scanned for one page. */
function beginningWith(
  db: D1Database,
  asked: ClientSearch,
  key: string,
  size: number,
): Query<Page<ListedClient>> {
  const { show, after = '' } = asked
  if (show === undefined) return page(db, { ...asked, sort: byName }, key, size)
  const from =
    after.startsWith(key) && after !== '' ? isAfter(orders.name, false, after) : sql`c.name_key >= ${key}`
  const among = [...amongOf(asked), from, sql`c.name_key < ${prefixEnd(key)}`]
  const found = looked(db, among, [conditionOf[show]], { sort: byName, after: '' }, size, sql`${mostLooked}`)
  return combined({ found, end: endOfLook(db, among) }, ({ found, end }) => ({
    items: found.items,
    next: found.next ?? end,
    rest: end === undefined ? found.rest : undefined,
  }))
}

/** Those that match, among the first `most` by name, in an order. */
function looked(
  db: D1Database,
  among: readonly Sql[],
  matching: readonly Sql[],
  { sort, after }: { readonly sort: Sort<ClientSort>; readonly after: string },
  size: number,
  most: Sql,
): Query<Page<ListedClient>> {
  const order = orderOfFound(orders[sort.by])
  const by = orderBy(order, sort.descending)
  const read = pageIn(order, size, readListed)
  return {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (SELECT found_id, order_key, order_id FROM (
            SELECT c.id AS found_id, ${orderColumns(orders[sort.by])}, c.name_key, c.type, c.trust, c.suspended_at, c.last_used_at
            FROM clients c WHERE ${and(...among)} ORDER BY c.name_key, c.id LIMIT ${most}) looked
          WHERE ${and(isAfter(order, sort.descending, after), ...matching)})
        SELECT ${listedColumns}, order_key, order_id, (SELECT count(*) FROM found) AS counted
        FROM (SELECT * FROM found ORDER BY ${by} LIMIT ${size + 1}) f CROSS JOIN clients c CROSS JOIN users u
        WHERE c.id = found_id AND u.id = c.owner_id ORDER BY ${by}`,
    ),
    read: (rows) => ({ ...read(rows), rest: rows[0] === undefined ? 0 : integer(rows[0], 'counted') }),
  }
}

/** The last application that a page scanned, unless it is the last of all. */
function endOfLook(db: D1Database, among: readonly Sql[]): Query<string | undefined> {
  return {
    statement: statement(
      db,
      sql`SELECT ${orderColumns(orders.name)} FROM clients c WHERE ${and(...among)}
        ORDER BY c.name_key, c.id LIMIT 1 OFFSET ${mostLooked - 1}`,
    ),
    read: first((row) => placeOf(orders.name, row)),
  }
}

/** Whether there are more applications than one page scans. */
function isLarge(among: readonly Sql[]): Sql {
  return sql`EXISTS (SELECT 1 FROM clients c WHERE ${and(sql`c.name_key >= ''`, ...among)} LIMIT 1 OFFSET ${mostLooked})`
}
