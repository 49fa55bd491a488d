import type { Client } from '../../rules/clients/client.ts'
import type { UsedOnce } from '../../secrets/clients/client-assertion.ts'
import type { Query, Write } from '../database.ts'
import { claimChallenge } from '../sign-in/used-challenges.ts'
import { type Sql, sql, statement } from '../sql.ts'

type Signer = Pick<Client, 'id' | 'registeredBy'>

/** The first attempt to use an assertion claims it. RFC 7523 §3 item 7. */
export function claimAssertion(
  db: D1Database,
  client: Signer,
  assertion: UsedOnce,
  attemptId: string,
): Write {
  const { expiresAt } = assertion
  if (!hasRow(client)) return claimChallenge(db, { id: idOf(client, assertion), expiresAt }, attemptId)
  return statement(
    db,
    sql`INSERT INTO used_assertions (client_id, jti_hash, claimed_by, expires_at)
      VALUES (${client.id}, ${assertion.id}, ${attemptId}, ${expiresAt}) ON CONFLICT DO NOTHING`,
  )
}

/** For the writes after the claim in its batch. */
export function hasClaimedAssertion(client: Signer, assertion: UsedOnce, attemptId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM ${usedBy(client, assertion)} AND claimed_by = ${attemptId})`
}

export function isAssertionMine(
  db: D1Database,
  client: Signer,
  assertion: UsedOnce,
  attemptId: string,
): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS mine FROM ${usedBy(client, assertion)} AND claimed_by = ${attemptId}`,
    ),
    read: (rows) => rows.length > 0,
  }
}

function usedBy(client: Signer, assertion: UsedOnce): Sql {
  return hasRow(client)
    ? sql`used_assertions WHERE client_id = ${client.id} AND jti_hash = ${assertion.id}`
    : sql`used_challenges WHERE id = ${idOf(client, assertion)}`
}

/** A client that publishes its metadata may authenticate before it has one. */
function hasRow({ registeredBy }: Signer): boolean {
  return registeredBy !== 'document'
}

function idOf({ id }: Signer, assertion: UsedOnce): string {
  return `${assertion.id} ${id}`
}
