import { type Query, text, type Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import { sql, statement } from '../sql.ts'

/** Ids of the applications that an API lets check its tokens, in the order of their names. */
export function listIntrospectors(db: D1Database, identifier: string): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT i.client_id FROM api_introspectors i JOIN clients c ON c.id = i.client_id
        WHERE i.resource = ${identifier} ORDER BY c.name_key, c.id`,
    ),
    read: (rows) => rows.map((row) => text(row, 'client_id')),
  }
}

/** Those of the ids that are confidential applications: nobody else can authenticate at the endpoint (RFC 7662 §2.1). */
export function findPossibleIntrospectors(db: D1Database, ids: readonly string[]): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT c.id FROM json_each(${JSON.stringify(ids)}) n JOIN clients c ON c.id = n.value
        WHERE c.type = 'confidential'`,
    ),
    read: (rows) => rows.map((row) => text(row, 'id')),
  }
}

/** Exactly these, of those that exist. The API stands before them in the batch. */
export function putIntrospectors(
  db: D1Database,
  act: Act,
  identifier: string,
  ids: readonly string[],
): readonly Write[] {
  return [
    statement(
      db,
      sql`DELETE FROM api_introspectors WHERE resource = ${identifier} AND ${mayAdminister(act)}
        AND client_id NOT IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
    ),
    statement(
      db,
      sql`INSERT INTO api_introspectors (resource, client_id)
        SELECT ${identifier}, c.id FROM json_each(${JSON.stringify(ids)}) n JOIN clients c ON c.id = n.value
          JOIN resources r ON r.identifier = ${identifier}
        WHERE ${mayAdminister(act)} ON CONFLICT DO NOTHING`,
    ),
  ]
}
