import { nameKey } from '../../rules/people/person.ts'
import { searchTerm } from '../../rules/people/search.ts'
import {
  combined,
  first,
  integer,
  optional,
  type Page,
  pageOf,
  prefixEnd,
  type Query,
  type Row,
  text,
} from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'
import { readUser, type User } from './users.ts'

/** A person in the list of users, with their own display name. */
export interface ListedUser extends User {
  readonly name: string | undefined
}

/** A page of results, and their number: one more than `mostCounted` when there are more. Without a search nothing is counted. */
export interface FoundUsers {
  readonly page: Page<ListedUser>
  readonly counted: number | undefined
}

/** The filters of the list of people. */
export const userFilters = ['staff', 'suspended', 'one-factor', 'unverified'] as const
export type UserFilter = (typeof userFilters)[number]

/** For a row with the columns `found_id`, `role`, `suspended_at`, `email` and `email_verified_at`. */
const conditionOf: Readonly<Record<UserFilter, Sql>> = {
  staff: sql`role <> 'user'`,
  suspended: sql`suspended_at IS NOT NULL`,
  'one-factor': sql`NOT EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = found_id)
    AND NOT EXISTS (SELECT 1 FROM authenticators a WHERE a.user_id = found_id)`,
  unverified: sql`email IS NOT NULL AND email_verified_at IS NULL`,
}

/** Limit of people that one page scans, if a filter has no index. */
const mostLooked = 2000

/** Limit of counted and listed people, however many a search finds. */
export const mostCounted = 1000

const columns = sql`u.id, u.username, u.email, u.role, u.created_at, u.profile ->> 'name' AS name`

/**
 * In the order of usernames, those after `after`. For an address, its owner; for any other text, and for an unknown address,
 * people who have it in their username, address or name. For fewer than three letters, at the beginning of a word.
 */
export function listUsers(
  db: D1Database,
  search: string,
  after: string,
  size: number,
  show?: UserFilter,
): Query<FoundUsers> {
  if (search === '' && show !== undefined) return everybodyWho(db, show, after, size)
  if (search === '') return everybody(db, after, size)
  const only = show && conditionOf[show]
  const byAddress = sql`SELECT id AS user_id FROM users WHERE lower(email) = lower(${search}) LIMIT ${mostCounted + 1}`
  return combined(
    { exact: among(db, byAddress, only, after, size), parts: among(db, byPart(search), only, after, size) },
    ({ exact, parts }) => (exact.page.items.length > 0 ? exact : parts),
  )
}

/** All people, scanned from `after` on, at most `mostLooked` for one page. */
function everybodyWho(db: D1Database, show: UserFilter, after: string, size: number): Query<FoundUsers> {
  const page = listedPage(size)
  const looked = sql`FROM users u WHERE u.username_key > ${after} ORDER BY u.username_key`
  const found = {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (SELECT found_id AS id FROM (
            SELECT u.id AS found_id, u.role, u.suspended_at, u.email, u.email_verified_at ${looked} LIMIT ${mostLooked}) looked
          WHERE ${conditionOf[show]})
        SELECT ${columns}, (SELECT count(*) FROM found) AS counted FROM found f CROSS JOIN users u
        WHERE u.id = f.id ORDER BY u.username_key LIMIT ${size + 1}`,
    ),
    read: (rows: readonly Row[]) => ({ page: page(rows), counted: rows[0] && integer(rows[0], 'counted') }),
  }
  const end: Query<string | undefined> = {
    statement: statement(db, sql`SELECT u.username_key ${looked} LIMIT 1 OFFSET ${mostLooked - 1}`),
    read: first((row) => text(row, 'username_key')),
  }
  return combined({ found, end }, ({ found: { page, counted }, end }) => ({
    page: { items: page.items, next: page.next ?? end },
    counted: after === '' && end === undefined ? counted : undefined,
  }))
}

function byPart(search: string): Sql {
  const term = searchTerm(search)
  return term === undefined
    ? sql`SELECT user_id FROM user_terms WHERE term = ''`
    : sql`SELECT DISTINCT user_id FROM user_terms WHERE term >= ${term} AND term < ${prefixEnd(term)} LIMIT ${mostCounted + 1}`
}

function everybody(db: D1Database, after: string, size: number): Query<FoundUsers> {
  const page = listedPage(size)
  return {
    statement: statement(
      db,
      sql`SELECT ${columns} FROM users u WHERE u.username_key > ${after} ORDER BY u.username_key LIMIT ${size + 1}`,
    ),
    read: (rows) => ({ page: page(rows), counted: undefined }),
  }
}

/** Sorts the results, up to the counted limit: otherwise the whole index of names would be read. */
function among(
  db: D1Database,
  found: Sql,
  only: Sql | undefined,
  after: string,
  size: number,
): Query<FoundUsers> {
  const page = listedPage(size)
  return {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (${
        only === undefined
          ? found
          : sql`SELECT user_id FROM (SELECT f.user_id, u.id AS found_id, u.role, u.suspended_at, u.email, u.email_verified_at
            FROM (${found}) f CROSS JOIN users u WHERE u.id = f.user_id) WHERE ${only}`
      })
        SELECT ${columns}, (SELECT count(*) FROM found) AS counted FROM found f CROSS JOIN users u
        WHERE u.id = f.user_id AND u.username_key > ${after} ORDER BY u.username_key LIMIT ${size + 1}`,
    ),
    read: (rows) => ({ page: page(rows), counted: rows[0] && integer(rows[0], 'counted') }),
  }
}

function listedPage(size: number): (rows: readonly Row[]) => Page<ListedUser> {
  const read = (row: Row) => ({ ...readUser(row), name: optional(text, row, 'name') })
  return pageOf(size, read, (user) => nameKey(user.username))
}
