import type { Challenge } from '../../secrets/passkey-challenge.ts'
import type { Write } from '../database.ts'
import { always, raw, type Sql, sql, statement } from '../sql.ts'

/** Something that is good once: a challenge, a proof, an assertion. `id` is random, or a hash. */
export type Once = Pick<Challenge, 'id' | 'expiresAt'>

/** Its use by one attempt. */
export interface Use extends Once {
  readonly attemptId: string
}

/** The conflict of a claim: executed twice, it succeeds twice. */
export const unlessOfAnother = raw(
  'ON CONFLICT DO UPDATE SET claimed_by = excluded.claimed_by WHERE claimed_by = excluded.claimed_by',
)

/** The first attempt claims it. Executed twice, the claim of that attempt changes its row twice; a claim by another changes none. */
export function claimChallenge(db: D1Database, { id, expiresAt }: Once, attemptId: string): Write {
  return statement(
    db,
    sql`INSERT INTO used_challenges (id, claimed_by, expires_at) VALUES (${id}, ${attemptId}, ${expiresAt}) ${unlessOfAnother}`,
  )
}

/** For the writes that follow in the same batch. */
export function challengeIsMine({ id }: Pick<Once, 'id'>, attemptId: string): Sql {
  return sql`EXISTS (SELECT 1 FROM used_challenges WHERE id = ${id} AND claimed_by = ${attemptId})`
}

/** The same. Undefined: there is nothing to claim. */
export function useIsMine(use: Use | undefined): Sql {
  return use === undefined ? always : challengeIsMine(use, use.attemptId)
}
