import type { Scope } from '../../rules/requests/scope.ts'
import { mostLooked } from '../clients/search.ts'
import { combined, first, optional, type Page, type Query, text } from '../database.ts'
import { isAfter, type Order, orderBy, orderColumns, orderOfFound, pageIn, placeOf } from '../list.ts'
import { sql, statement } from '../sql.ts'

/** An application, and the scopes of one API that it may request. */
export interface ApiCaller {
  readonly id: string
  readonly name: string
  /** Empty for an application that may request none. */
  readonly scope: Scope
}

const order: Order = { key: sql`c.name_key`, type: 'text', id: sql`c.id` }
const found = orderOfFound(order)

/**
 * In the order of their names, after `after`: applications that may request a scope of an API (`allowed`), or those that may
 * request none. Of a server with many applications `mostLooked` are read for one page, since no index has the single scopes: an
 * incomplete page can have a next one. A scope name contains neither quote nor backslash (RFC 6749 §3.3), so that the list
 * becomes JSON by replacing its spaces.
 */
export function listApiCallers(
  db: D1Database,
  identifier: string,
  allowed: boolean,
  { after, size }: { readonly after: string; readonly size: number },
): Query<Page<ApiCaller>> {
  const own = sql`(SELECT group_concat(s.name, ' ') FROM json_each('["' || replace(looked.scope, ' ', '","') || '"]') n
    CROSS JOIN scopes s WHERE s.name = n.value AND s.resource = ${identifier})`
  const rest = sql`FROM clients c WHERE ${isAfter(order, false, after)} ORDER BY ${orderBy(order, false)}`
  const page: Query<Page<ApiCaller>> = {
    statement: statement(
      db,
      sql`WITH found AS (SELECT id, name, order_key, order_id, ${own} AS own FROM (
            SELECT c.id, c.name, c.scope, ${orderColumns(order)} ${rest} LIMIT ${mostLooked}) looked)
        SELECT id, name, own, order_key, order_id FROM found WHERE ${allowed ? sql`own IS NOT NULL` : sql`own IS NULL`}
        ORDER BY ${orderBy(found, false)} LIMIT ${size + 1}`,
    ),
    read: pageIn(order, size, (row) => ({
      id: text(row, 'id'),
      name: text(row, 'name'),
      scope: (optional(text, row, 'own') ?? '').split(' ').filter((name) => name !== ''),
    })),
  }
  const end: Query<string | undefined> = {
    statement: statement(db, sql`SELECT ${orderColumns(order)} ${rest} LIMIT 1 OFFSET ${mostLooked - 1}`),
    read: first((row) => placeOf(order, row)),
  }
  return combined({ page, end }, ({ page, end }) => ({ items: page.items, next: page.next ?? end }))
}
