import type { Scope } from '../../rules/requests/scope.ts'
import { mostLooked } from '../clients/search.ts'
import { optional, type Query, text } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** An application, and the scopes of one API that it may request. */
export interface ApiCaller {
  readonly id: string
  readonly name: string
  /** Empty for an application that may request none. */
  readonly scope: Scope
}

/**
 * In the order of their names, at most `most`: applications that may request a scope of an API (`allowed`), or those that may
 * request none. Of a server with many applications the first `mostLooked` are read, since no index has the single scopes. A scope
 * name contains neither quote nor backslash (RFC 6749 §3.3), so that the list becomes JSON by replacing its spaces.
 */
export function listApiCallers(
  db: D1Database,
  identifier: string,
  allowed: boolean,
  most: number,
): Query<readonly ApiCaller[]> {
  const own = sql`(SELECT group_concat(s.name, ' ') FROM json_each('["' || replace(looked.scope, ' ', '","') || '"]') n
    CROSS JOIN scopes s WHERE s.name = n.value AND s.resource = ${identifier})`
  return {
    statement: statement(
      db,
      sql`WITH found AS (SELECT id, name, name_key, ${own} AS own FROM (
            SELECT c.id, c.name, c.name_key, c.scope FROM clients c WHERE c.name_key >= ''
            ORDER BY c.name_key, c.id LIMIT ${mostLooked}) looked)
        SELECT id, name, own FROM found WHERE ${allowed ? sql`own IS NOT NULL` : sql`own IS NULL`}
        ORDER BY name_key, id LIMIT ${most}`,
    ),
    read: (rows) =>
      rows.map((row) => ({
        id: text(row, 'id'),
        name: text(row, 'name'),
        scope: (optional(text, row, 'own') ?? '').split(' ').filter((name) => name !== ''),
      })),
  }
}
