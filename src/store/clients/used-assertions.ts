import type { ClientAssertion } from '../../secrets/client-assertion.ts'
import type { Query, Write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The first attempt to use an assertion claims it. RFC 7523 §3 item 7. */
export function claimAssertion(
  db: D1Database,
  clientId: string,
  assertion: ClientAssertion,
  attemptId: string,
): Write {
  return statement(
    db,
    sql`INSERT INTO used_assertions (client_id, jti_hash, claimed_by, expires_at)
      VALUES (${clientId}, ${assertion.id}, ${attemptId}, ${assertion.expiresAt})
      ON CONFLICT DO NOTHING`,
  )
}

export function isAssertionMine(
  db: D1Database,
  clientId: string,
  assertionId: string,
  attemptId: string,
): Query<boolean> {
  return {
    statement: statement(
      db,
      sql`SELECT 1 AS mine FROM used_assertions
        WHERE client_id = ${clientId} AND jti_hash = ${assertionId} AND claimed_by = ${attemptId}`,
    ),
    read: (rows) => rows.length > 0,
  }
}
