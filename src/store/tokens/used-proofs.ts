import type { Proof } from '../../rules/tokens/dpop.ts'
import { combined, hasChanged, type Query } from '../database.ts'
import { always, type Sql, sql, statement } from '../sql.ts'

/** The use of a proof by one attempt. */
export interface ProofUse extends Pick<Proof, 'id' | 'expiresAt'> {
  readonly attemptId: string
}

/**
 * Whether this attempt has the proof: the first one. Executed twice, it has it twice. RFC 9449 §11.1. Undefined: the request has
 * none, so there is nothing to claim and no statement.
 */
export function claimProof(db: D1Database, use: ProofUse | undefined): Query<boolean> {
  if (use === undefined) return combined({}, () => true)
  return hasChanged(
    statement(
      db,
      sql`INSERT INTO used_challenges (id, claimed_by, expires_at) VALUES (${use.id}, ${use.attemptId}, ${use.expiresAt})
          ON CONFLICT (id) DO UPDATE SET claimed_by = excluded.claimed_by WHERE used_challenges.claimed_by = excluded.claimed_by`,
    ),
  )
}

/** For the write after the claim in its batch: a replayed proof changes nothing. */
export function isProofMine(use: ProofUse | undefined): Sql {
  return use === undefined
    ? always
    : sql`EXISTS (SELECT 1 FROM used_challenges WHERE id = ${use.id} AND claimed_by = ${use.attemptId})`
}
