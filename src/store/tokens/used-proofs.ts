import { combined, hasChanged, type Query } from '../database.ts'
import { claimChallenge, type Use } from '../sign-in/used-challenges.ts'
import { type Sql, sql } from '../sql.ts'

/**
 * Whether this attempt has the proof: the first one. Executed twice, it has it twice. RFC 9449 §11.1. Undefined: the request has
 * none, so there is nothing to claim and no statement.
 */
export function claimProof(db: D1Database, use: Use | undefined): Query<boolean> {
  return use === undefined ? combined({}, () => true) : hasChanged(claimChallenge(db, use, use.attemptId))
}

/** For an UPDATE of authorizations: `set` follows its last column, `only` its last condition. */
interface UseUp {
  readonly set: Sql
  readonly only: Sql
}

const nothing = sql``

/**
 * Uses up the proof in the very statement that changes an authorization, by the trigger `proofs_used`. It changes nothing when
 * another attempt has used the proof. Undefined: the request has none.
 */
export function useUp(use: Use | undefined): UseUp {
  if (use === undefined) return { set: nothing, only: nothing }
  const { id, attemptId, expiresAt } = use
  return {
    set: sql`, proof = ${JSON.stringify([id, attemptId, expiresAt])}`,
    only: sql` AND NOT EXISTS (SELECT 1 FROM used_challenges WHERE id = ${id} AND claimed_by <> ${attemptId})`,
  }
}
