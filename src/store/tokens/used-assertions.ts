import type { Client } from '../../rules/clients/client.ts'
import type { UsedOnce } from '../../secrets/clients/client-assertion.ts'
import type { Write } from '../database.ts'
import { challengeIsMine, claimChallenge, unlessOfAnother } from '../sign-in/used-challenges.ts'
import { type Sql, sql, statement } from '../sql.ts'

type Signer = Pick<Client, 'id' | 'registeredBy'>

/** The first attempt to use an assertion claims it, like a challenge. RFC 7523 §3 item 7. */
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
      VALUES (${client.id}, ${assertion.id}, ${attemptId}, ${expiresAt}) ${unlessOfAnother}`,
  )
}

/** For the writes after the claim in its batch. */
export function hasClaimedAssertion(client: Signer, assertion: UsedOnce, attemptId: string): Sql {
  return hasRow(client)
    ? sql`EXISTS (SELECT 1 FROM used_assertions
        WHERE client_id = ${client.id} AND jti_hash = ${assertion.id} AND claimed_by = ${attemptId})`
    : challengeIsMine({ id: idOf(client, assertion) }, attemptId)
}

/** A client that publishes its metadata may authenticate before it has one. */
function hasRow({ registeredBy }: Signer): boolean {
  return registeredBy !== 'document'
}

function idOf({ id }: Signer, assertion: UsedOnce): string {
  return `${assertion.id} ${id}`
}
