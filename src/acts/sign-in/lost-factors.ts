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

/** Somebody who has shown their password says that they lost their factors. When those go, and whether this attempt asked first. */
export async function askForRemoval(db: D1Database, act: RemovalAct, delay: Seconds, now: Seconds) {
  const { dueAt, isNew } = await write(db, askForFactorRemoval(db, act, delay, now), {
    dueAt: findFactorRemoval(db, { userId: act.userId }, now),
    isNew: hasAuditEvent(db, act.attemptId),
  })
  return { dueAt, isNew }
}

/** Somebody who has shown a factor keeps them all. Whether there was something to stop. */
export async function stopRemoval(db: D1Database, act: RemovalAct, now: Seconds): Promise<boolean> {
  const { stopped } = await write(db, stopFactorRemoval(db, act, now), {
    stopped: hasAuditEvent(db, act.attemptId),
  })
  return stopped
}

/** Somebody signs in by password after the wait. Whether their factors are gone with this attempt. */
export async function removeIfDue(db: D1Database, removal: DueRemoval, now: Seconds): Promise<boolean> {
  const { removed } = await write(db, removeLostFactors(db, removal, now), {
    removed: hasAuditEvent(db, removal.attemptId),
  })
  return removed
}
