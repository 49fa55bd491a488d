import type { Challenge } from '../../secrets/passkey-challenge.ts'
import type { Condition, Write } from '../database.ts'

/** The first answer to a challenge has it. */
export function claimChallenge(db: D1Database, challenge: Challenge, attemptId: string): Write {
  return db
    .prepare(
      'INSERT INTO used_challenges (id, claimed_by, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    )
    .bind(challenge.id, attemptId, challenge.expiresAt)
}

/** For the writes that follow in the same batch. */
export function challengeIsMine(challenge: Challenge, attemptId: string): Condition {
  return {
    sql: 'EXISTS (SELECT 1 FROM used_challenges WHERE id = ? AND claimed_by = ?)',
    values: [challenge.id, attemptId],
  }
}
