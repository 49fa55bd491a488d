import type { Plan } from '../../rules/server/plan.ts'
import { planLimits } from '../../rules/server/plan.ts'
import { read, write } from '../../store/database.ts'
import type { Sql } from '../../store/sql.ts'
import {
  authorizationsOf,
  type ForgottenWith,
  forgetThese,
} from '../../store/tokens/forgotten-authorizations.ts'
import type { Seconds } from '../../values/time.ts'

/** Of one request: some seconds of work at most. */
const mostRounds = 100

export interface ForgettingFirst {
  /** Whose authorizations. */
  readonly of: ForgottenWith
  /** Whether they may be deleted, for the database to decide in each statement. */
  readonly allowed: Sql
  /** What is done once there turn out to be many, so that no more come. */
  readonly stop?: D1PreparedStatement
  readonly plan: Plan
}

/**
 * Deletes authorizations in bounded parts before what they hang from: an application of millions of sign-ins would take one
 * statement longer than D1 lets it. True when so few are left that the rest can go in one statement; otherwise there is
 * more to do, and the same request goes on where this one stopped.
 */
export async function forgetFirst(
  db: D1Database,
  { of, allowed, stop, plan }: ForgettingFirst,
  now: Seconds,
): Promise<boolean> {
  const { few } = await read(db, { few: authorizationsOf(db, of) })
  if (few) return true
  if (stop !== undefined) await write(db, [stop], {})
  // Some are kept for what comes before and after.
  const rounds = Math.min(mostRounds, Math.floor((planLimits[plan].queries - 30) / 2))
  for (let round = 0; round < rounds; round++) {
    if (!(await forgetThese(db, of, allowed, now))) return true
  }
  return false
}
