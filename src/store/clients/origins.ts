import type { Client } from '../../rules/clients/client.ts'
import { originsOf } from '../../rules/clients/origin.ts'
import { loopbackOrigin } from '../../values/loopback.ts'
import type { Query, Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** The origins of a client, which may call this server from a browser. */
export function insertOrigins(db: D1Database, client: Client, only: Sql): Write {
  return statement(
    db,
    sql`INSERT INTO client_origins (origin, client_id)
        SELECT o.value, c.id FROM clients c, json_each(${JSON.stringify(originsOf(client))}) o
        WHERE c.id = ${client.id} AND ${only} ON CONFLICT DO NOTHING`,
  )
}

/** For the preflight, which names no client. */
export function isRegisteredOrigin(db: D1Database, origin: string): Query<boolean> {
  const loopback = loopbackOrigin(origin)
  // Origins of one loopback host are adjacent in the index, with or without a port.
  const same =
    loopback === undefined
      ? sql`origin = ${origin}`
      : sql`origin = ${loopback} OR (origin > ${`${loopback}:`} AND origin < ${`${loopback};`})`
  return {
    statement: statement(db, sql`SELECT 1 AS found FROM client_origins WHERE ${same} LIMIT 1`),
    read: (rows) => rows.length > 0,
  }
}
