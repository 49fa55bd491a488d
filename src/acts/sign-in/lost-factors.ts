import { hasAuditEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import {
  askForFactorRemoval,
  type DueRemoval,
  findFactorRemoval,
  type RemovalAct,
  removeLostFactors,
  stopFactorRemoval,
} from '../../store/sign-in/factor-removals.ts'
import type { Seconds } from '../../values/time.ts'

/**
 * A person with a verified password reports lost factors. Returns when those will be removed, and whether this attempt was the
 * first to ask.
 */
export async function askForRemoval(db: D1Database, act: RemovalAct, delay: Seconds, now: Seconds) {
  const { dueAt, isNew } = await write(db, askForFactorRemoval(db, act, delay, now), {
    dueAt: findFactorRemoval(db, { userId: act.userId }, now),
    isNew: hasAuditEvent(db, act.attemptId),
  })
  return { dueAt, isNew }
}

/** A person who has shown a factor keeps all of them. Returns whether there was a removal to stop. */
export async function stopRemoval(db: D1Database, act: RemovalAct, now: Seconds): Promise<boolean> {
  const { stopped } = await write(db, stopFactorRemoval(db, act, now), {
    stopped: hasAuditEvent(db, act.attemptId),
  })
  return stopped
}

/** A person signs in with their password after the wait. Returns whether this attempt removed their factors. */
export async function removeIfDue(db: D1Database, removal: DueRemoval, now: Seconds): Promise<boolean> {
  const { removed } = await write(db, removeLostFactors(db, removal, now), {
    removed: hasAuditEvent(db, removal.attemptId),
  })
  return removed
}
