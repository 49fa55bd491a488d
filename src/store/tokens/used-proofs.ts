import type { Proof } from '../../rules/tokens/dpop.ts'
import { hasChanged, type Query } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** Whether this attempt has the proof: the first one. Executed twice, it has it twice. RFC 9449 §11.1. */
export function claimProof(db: D1Database, proof: Proof, attemptId: string): Query<boolean> {
  return hasChanged(
    statement(
      db,
      sql`INSERT INTO used_challenges (id, claimed_by, expires_at) VALUES (${proof.id}, ${attemptId}, ${proof.expiresAt})
          ON CONFLICT (id) DO UPDATE SET claimed_by = excluded.claimed_by WHERE used_challenges.claimed_by = excluded.claimed_by`,
    ),
  )
}
