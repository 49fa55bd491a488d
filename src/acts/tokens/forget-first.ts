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

/** Per request: some seconds of work at most. */
const mostRounds = 100

export interface ForgettingFirst {
  /** The parent of the authorizations. */
  readonly of: ForgottenWith
  /** Whether they may be deleted: checked by the database in each statement. */
  readonly allowed: Sql
  /** Executed once there turn out to be many, so that no more are added. */
  readonly stop?: D1PreparedStatement
  readonly plan: Plan
}

/**
 * Deletes authorizations in bounded parts before their parent: for an application with millions of sign-ins one statement would
 * take longer than D1 allows. True when so few are left that the rest fits in one statement; otherwise there is more to do, and
 * the same request repeated continues from here.
 */
export async function forgetFirst(
  db: D1Database,
  { of, allowed, stop, plan }: ForgettingFirst,
  now: Seconds,
): Promise<boolean> {
  const { few } = await read(db, { few: authorizationsOf(db, of) })
  if (few) return true
  if (stop !== undefined) await write(db, [stop], {})
  // Some statements are reserved for what comes before and after.
  const rounds = Math.min(mostRounds, Math.floor((planLimits[plan].queries - 30) / 2))
  for (let round = 0; round < rounds; round++) {
    if (!(await forgetThese(db, of, allowed, now))) return true
  }
  return false
}
