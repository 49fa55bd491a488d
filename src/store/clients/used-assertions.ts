import type { ClientAssertion } from '../../secrets/client-assertion.ts'
import type { Query, Write } from '../database.ts'

/** The first attempt to show an assertion has it. RFC 7523 §3 item 7. */
export function claimAssertion(
  db: D1Database,
  clientId: string,
  assertion: ClientAssertion,
  attemptId: string,
): Write {
  return db
    .prepare(
      `INSERT INTO used_assertions (client_id, jti_hash, claimed_by, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
    )
    .bind(clientId, assertion.id, attemptId, assertion.expiresAt)
}

export function isAssertionMine(
  db: D1Database,
  clientId: string,
  assertionId: string,
  attemptId: string,
): Query<boolean> {
  return {
    statement: db
      .prepare(
        'SELECT 1 AS mine FROM used_assertions WHERE client_id = ? AND jti_hash = ? AND claimed_by = ?',
      )
      .bind(clientId, assertionId, attemptId),
    read: (rows) => rows.length > 0,
  }
}
