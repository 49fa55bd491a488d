import { type Query, text, type Write } from '../database.ts'
import { type Act, mayAdminister } from '../guards.ts'
import { raw, sql, statement } from '../sql.ts'

/**
 * The purpose for which an API names applications: to introspect its tokens (RFC 7662), or to exchange tokens for it (RFC
 * 8693).
 */
type Naming = 'api_introspectors' | 'api_exchangers'

/** Ids of the applications that an API names, in the order of their names. */
export function listNamedClients(
  db: D1Database,
  naming: Naming,
  identifier: string,
): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT i.client_id FROM ${raw(naming)} i JOIN clients c ON c.id = i.client_id
        WHERE i.resource = ${identifier} ORDER BY c.name_key, c.id`,
    ),
    read: (rows) => rows.map((row) => text(row, 'client_id')),
  }
}

/** The ids of confidential applications: no other client can authenticate (RFC 7662 §2.1). */
export function findConfidentialClients(db: D1Database, ids: readonly string[]): Query<readonly string[]> {
  return {
    statement: statement(
      db,
      sql`SELECT c.id FROM json_each(${JSON.stringify(ids)}) n JOIN clients c ON c.id = n.value
        WHERE c.type = 'confidential'`,
    ),
    read: (rows) => rows.map((row) => text(row, 'id')),
  }
}

/** Exactly the existing ones of these. The API precedes them in the batch. */
export function putNamedClients(
  db: D1Database,
  act: Act,
  naming: Naming,
  identifier: string,
  ids: readonly string[],
): readonly Write[] {
  return [
    statement(
      db,
      sql`DELETE FROM ${raw(naming)} WHERE resource = ${identifier} AND ${mayAdminister(act)}
        AND client_id NOT IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
    ),
    statement(
      db,
      sql`INSERT INTO ${raw(naming)} (resource, client_id)
        SELECT ${identifier}, c.id FROM json_each(${JSON.stringify(ids)}) n JOIN clients c ON c.id = n.value
          JOIN resources r ON r.identifier = ${identifier}
        WHERE ${mayAdminister(act)} ON CONFLICT DO NOTHING`,
    ),
  ]
}

/** Whether an API allows an application to exchange tokens for it. */
export function isExchanger(db: D1Database, identifier: string, clientId: string): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS found FROM api_exchangers WHERE resource = ${identifier} AND client_id = ${clientId}`,
    ),
    read: (rows) => rows.length > 0,
  }
}
