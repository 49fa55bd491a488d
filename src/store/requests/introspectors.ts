import { type Query, text, type Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'

/** Ids of the applications that an API lets check its tokens, in the order of their names. */
export function listIntrospectors(db: D1Database, identifier: string): Query<readonly string[]> {
  return {
    statement: db
      .prepare(
        `SELECT i.client_id FROM api_introspectors i JOIN clients c ON c.id = i.client_id
         WHERE i.resource = ? ORDER BY c.name_key, c.id`,
      )
      .bind(identifier),
    read: (rows) => rows.map((row) => text(row, 'client_id')),
  }
}

/** Those of the ids that are confidential applications: nobody else can authenticate at the endpoint (RFC 7662 §2.1). */
export function findPossibleIntrospectors(db: D1Database, ids: readonly string[]): Query<readonly string[]> {
  return {
    statement: db
      .prepare(
        `SELECT c.id FROM json_each(?) n JOIN clients c ON c.id = n.value WHERE c.type = 'confidential'`,
      )
      .bind(JSON.stringify(ids)),
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
  const values = [identifier, act.actorId, act.attemptId, JSON.stringify(ids)] as const
  return [
    db
      .prepare(
        `DELETE FROM api_introspectors WHERE resource = ?1 AND ${mayAdminister}
           AND client_id NOT IN (SELECT value FROM json_each(?4))`,
      )
      .bind(...values),
    db
      .prepare(
        `INSERT INTO api_introspectors (resource, client_id)
         SELECT ?1, c.id FROM json_each(?4) n JOIN clients c ON c.id = n.value JOIN resources r ON r.identifier = ?1
         WHERE ${mayAdminister} ON CONFLICT DO NOTHING`,
      )
      .bind(...values),
  ]
}
