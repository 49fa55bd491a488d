import type { Challenge } from '../../secrets/passkey-challenge.ts'
import type { Write } from '../database.ts'
import { type Sql, sql, statement } from '../sql.ts'

/** The first answer to a challenge claims it. */
export function claimChallenge(db: D1Database, challenge: Challenge, attemptId: string): Write {
  return statement(
    db,
    sql`INSERT INTO used_challenges (id, claimed_by, expires_at)
      VALUES (${challenge.id}, ${attemptId}, ${challenge.expiresAt}) ON CONFLICT DO NOTHING`,
  )
}

/** For the writes that follow in the same batch. */
export function challengeIsMine(challenge: Challenge, attemptId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM used_challenges WHERE id = ${challenge.id} AND claimed_by = ${attemptId})`
}
