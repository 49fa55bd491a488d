import { searchTerm } from '../../rules/people/search.ts'
import {
  combined,
  first,
  integer,
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
  mostCounted,
  type Order,
  orderBy,
  orderColumns,
  orderOfFound,
  pageIn,
  placeOf,
  type Sort,
} from '../list.ts'
import { always, type Sql, sql, statement } from '../sql.ts'
import { neverSignedIn, readUser, type User } from './users.ts'

/** A person in the list of users, with their own display name. */
export interface ListedUser extends User {
  readonly name: string | undefined
  readonly neverSignedIn: boolean
}

/** The orders of the list of people. */
export const userSorts = ['name', 'created'] as const
export type UserSort = (typeof userSorts)[number]

const orders: Readonly<Record<UserSort, Order>> = {
  name: { key: sql`u.username_key`, type: 'text' },
  created: byTime(sql`u.created_at`, sql`u.id`),
}

/** The filters of the list of people. */
export const userFilters = ['staff', 'suspended', 'one-factor', 'unverified', 'unused'] as const
export type UserFilter = (typeof userFilters)[number]

/** For a row with the columns `found_id` and the `conditionColumns`. */
const conditionOf: Readonly<Record<UserFilter, Sql>> = {
  staff: sql`role <> 'user'`,
  suspended: sql`suspended_at IS NOT NULL`,
  'one-factor': sql`NOT EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = found_id)
    AND NOT EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = found_id)`,
  unverified: sql`email IS NOT NULL AND email_verified_at IS NULL`,
  unused: neverSignedIn,
}

/** Limit of people that one page scans, if a filter has no index. */
const mostLooked = 2000

/** The columns that the conditions read. */
const conditionColumns = sql`u.role, u.suspended_at, u.email, u.email_verified_at, u.language, u.earlier_sign_in`

const columns = sql`u.id, u.username, u.email, u.role, u.created_at, u.profile ->> 'name' AS name,
  (${neverSignedIn}) AS is_unused`

interface UserSearch {
  readonly search: string
  readonly show?: UserFilter | undefined
  readonly after?: string
  /** By name unless another one is chosen. */
  readonly sort?: Sort<UserSort>
}

/** The place of a page: its order, and the last row of the page before. */
interface Place {
  readonly order: Order
  readonly descending: boolean
  readonly after: string
  readonly size: number
}

/**
 * For an address, its owner; for any other text, and for an unknown address, people who have it in their username, address or
 * name. For fewer than three letters, at the beginning of a word. Of more than `mostCounted` people a search lists as many.
 */
export function listUsers(db: D1Database, asked: UserSearch, size: number): Query<Page<ListedUser>> {
  const { search, show, after = '', sort = { by: 'name', descending: false } } = asked
  const order = orders[sort.by]
  const place = { order, descending: sort.descending, after, size }
  if (search === '' && show !== undefined) return everybodyWho(db, show, place)
  if (search === '')
    return listed(db, { columns, from: sql`users u`, order }, { after, size, sort }, readListed)
  const only = show === undefined ? always : conditionOf[show]
  const byAddress = sql`SELECT id AS user_id FROM users WHERE lower(email) = lower(${search}) LIMIT ${mostCounted + 1}`
  return combined(
    { exact: among(db, byAddress, only, place), parts: among(db, byPart(search), only, place) },
    ({ exact, parts }) => (exact.items.length > 0 ? exact : parts),
  )
}

/** All people, scanned from the last page on, at most `mostLooked` for one page. */
function everybodyWho(
  db: D1Database,
  show: UserFilter,
  { order, descending, after, size }: Place,
): Query<Page<ListedUser>> {
  const by = orderBy(order, descending)
  const looked = sql`FROM users u WHERE ${isAfter(order, descending, after)} ORDER BY ${by}`
  const page = pageIn(order, size, readListed)
  const found: Query<Page<ListedUser>> = {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (SELECT found_id AS id FROM (
            SELECT u.id AS found_id, ${conditionColumns} ${looked} LIMIT ${mostLooked}) looked
          WHERE ${conditionOf[show]})
        SELECT ${columns}, ${orderColumns(order)}, (SELECT count(*) FROM found) AS counted
        FROM found f CROSS JOIN users u WHERE u.id = f.id ORDER BY ${by} LIMIT ${size + 1}`,
    ),
    read: (rows) => ({ ...page(rows), rest: rows[0] && integer(rows[0], 'counted') }),
  }
  const end: Query<string | undefined> = {
    statement: statement(db, sql`SELECT ${orderColumns(order)} ${looked} LIMIT 1 OFFSET ${mostLooked - 1}`),
    read: first((row) => placeOf(order, row)),
  }
  return combined({ found, end }, ({ found, end }) => ({
    items: found.items,
    next: found.next ?? end,
    rest: end === undefined ? found.rest : undefined,
  }))
}

function byPart(search: string): Sql {
  const term = searchTerm(search)
  return term === undefined
    ? sql`SELECT user_id FROM user_terms WHERE term = ''`
    : sql`SELECT DISTINCT user_id FROM user_terms WHERE term >= ${term} AND term < ${prefixEnd(term)} LIMIT ${mostCounted + 1}`
}

/** Sorts the results, up to the counted limit: otherwise the whole index of names would be read. */
function among(
  db: D1Database,
  found: Sql,
  only: Sql,
  { order, descending, after, size }: Place,
): Query<Page<ListedUser>> {
  const foundOrder = orderOfFound(order)
  const by = orderBy(foundOrder, descending)
  const page = pageIn(order, size, readListed)
  return {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (SELECT found_id, order_key, order_id FROM (
            SELECT u.id AS found_id, ${orderColumns(order)}, ${conditionColumns}
            FROM (${found}) f CROSS JOIN users u WHERE u.id = f.user_id)
          WHERE ${isAfter(foundOrder, descending, after)} AND ${only})
        SELECT ${columns}, order_key, order_id, (SELECT count(*) FROM found) AS counted
        FROM (SELECT * FROM found ORDER BY ${by} LIMIT ${size + 1}) f CROSS JOIN users u
        WHERE u.id = f.found_id ORDER BY ${by}`,
    ),
    read: (rows) => ({ ...page(rows), rest: rows[0] && integer(rows[0], 'counted') }),
  }
}

function readListed(row: Row): ListedUser {
  return {
    ...readUser(row),
    name: optional(text, row, 'name'),
    neverSignedIn: integer(row, 'is_unused') === 1,
  }
}
