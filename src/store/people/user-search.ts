import { nameKey } from '../../rules/people/person.ts'
import { searchTerm } from '../../rules/people/search.ts'
import {
  combined,
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

/** Limit of counted and listed people, however many a search finds. */
export const mostCounted = 1000

const columns = sql`u.id, u.username, u.email, u.role, u.created_at, u.profile ->> 'name' AS name`

/**
 * In the order of usernames, those after `after`. For an address, its owner; for any other text, and for an unknown address,
 * people who have it in their username, address or name. For fewer than three letters, at the beginning of a word.
 */
export function listUsers(db: D1Database, search: string, after: string, size: number): Query<FoundUsers> {
  if (search === '') return everybody(db, after, size)
  const byAddress = sql`SELECT id AS user_id FROM users WHERE lower(email) = lower(${search}) LIMIT ${mostCounted + 1}`
  return combined(
    { exact: among(db, byAddress, after, size), parts: among(db, byPart(search), after, size) },
    ({ exact, parts }) => (exact.page.items.length > 0 ? exact : parts),
  )
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
function among(db: D1Database, found: Sql, after: string, size: number): Query<FoundUsers> {
  const page = listedPage(size)
  return {
    statement: statement(
      db,
      sql`WITH found AS MATERIALIZED (${found})
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
