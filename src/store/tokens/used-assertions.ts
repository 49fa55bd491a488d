import type { Client } from '../../rules/clients/client.ts'
import type { ClientAssertion } from '../../secrets/clients/client-assertion.ts'
import type { Query, Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

type Signer = Pick<Client, 'id' | 'registeredBy'>

/** The first attempt to use an assertion claims it. RFC 7523 §3 item 7. */
export function claimAssertion(
  db: D1Database,
  client: Signer,
  assertion: ClientAssertion,
  attemptId: string,
): Write {
  const { expiresAt } = assertion
  return statement(
    db,
    hasRow(client)
      ? sql`INSERT INTO used_assertions (client_id, jti_hash, claimed_by, expires_at)
          VALUES (${client.id}, ${assertion.id}, ${attemptId}, ${expiresAt}) ON CONFLICT DO NOTHING`
      : sql`INSERT INTO used_challenges (id, claimed_by, expires_at)
          VALUES (${idOf(client, assertion)}, ${attemptId}, ${expiresAt}) ON CONFLICT DO NOTHING`,
  )
}

export function isAssertionMine(
  db: D1Database,
  client: Signer,
  assertion: ClientAssertion,
  attemptId: string,
): Query<boolean> {
  const used: Sql = hasRow(client)
    ? sql`used_assertions WHERE client_id = ${client.id} AND jti_hash = ${assertion.id}`
    : sql`used_challenges WHERE id = ${idOf(client, assertion)}`
  return {
    statement: statement(db, sql`SELECT 1 AS mine FROM ${used} AND claimed_by = ${attemptId}`),
    read: (rows) => rows.length > 0,
  }
}

/** A client that publishes its metadata may authenticate before it has one. */
function hasRow({ registeredBy }: Signer): boolean {
  return registeredBy !== 'document'
}

function idOf({ id }: Signer, assertion: ClientAssertion): string {
  return `${assertion.id} ${id}`
}
