import { combined, hasChanged, type Query } from '../database.ts'
import { claimChallenge, type Use } from '../sign-in/used-challenges.ts'

/**
 * Whether this attempt has the proof: the first one. Executed twice, it has it twice. RFC 9449 §11.1. Undefined: the request has
 * none, so there is nothing to claim and no statement.
 */
export function claimProof(db: D1Database, use: Use | undefined): Query<boolean> {
  return use === undefined ? combined({}, () => true) : hasChanged(claimChallenge(db, use, use.attemptId))
}
