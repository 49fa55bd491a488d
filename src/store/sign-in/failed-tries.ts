import type { CountedEventType } from '../../rules/server/audit-event.ts'
import type { Seconds } from '../../values/time.ts'
import { countEvent, insertAuditEvent } from '../audit-events.ts'
import { type Write, write } from '../database.ts'
import { sql, statement } from '../sql.ts'

/** The wrong part: the password, or the code after a right password. */
export type TryKind = 'password' | 'code'

export interface FailedTry {
  /** From the attempt. */
  readonly id: string
  /** Undefined for an unknown name: only counted by the day. */
  readonly userId: string | undefined
  readonly kind: TryKind
  readonly type: CountedEventType
  readonly reference: string
  /** Whether further attempts are slowed from now on. */
  readonly beginsLock: boolean
}

const lockEvents = { password: 'account_locked', code: 'code_locked' } as const

/**
 * Counts a failure, which a stranger can cause without limit: one row per person, and one per day for everybody. The first lock
 * since the last success is an event. The same statements run for an unknown name.
 */
export function noteFailedTry(db: D1Database, failed: FailedTry, now: Seconds): readonly Write[] {
  const { id, kind, type, reference, beginsLock } = failed
  const userId = failed.userId ?? ''
  const counted = statement(
    db,
    sql`INSERT INTO failed_tries (user_id, kind, counted, last_at, reference)
      SELECT u.id, ${kind}, 1, ${now}, ${reference} FROM users u WHERE u.id = ${userId}
      ON CONFLICT DO UPDATE SET counted = counted + 1, last_at = excluded.last_at, reference = excluded.reference
        WHERE reference <> excluded.reference`,
  )
  const both = [countEvent(db, type, reference, now), counted]
  if (!beginsLock) return both
  const isFirst = sql`EXISTS (SELECT 1 FROM failed_tries
    WHERE user_id = ${userId} AND kind = ${kind} AND locked_at IS NULL)`
  const event = { id, type: lockEvents[kind], reference, userId } as const
  const locked = sql`UPDATE failed_tries SET locked_at = ${now}
    WHERE user_id = ${userId} AND kind = ${kind} AND locked_at IS NULL`
  return [...both, insertAuditEvent(db, event, now, isFirst), statement(db, locked)]
}

/** After a right password or code: if there was a lock, one event gives the number of failures. `id` comes from the attempt. */
export function endFailedTries(
  db: D1Database,
  { id, userId, kind, reference }: Pick<FailedTry, 'id' | 'userId' | 'kind' | 'reference'>,
  now: Seconds,
): readonly Write[] {
  const whose = sql`user_id = ${userId ?? ''} AND kind = ${kind}`
  return [
    statement(
      db,
      sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
        SELECT ${id}, ${now}, 'lock_ended', ${reference}, user_id, cast(counted AS TEXT) FROM failed_tries
        WHERE ${whose} AND locked_at IS NOT NULL ON CONFLICT DO NOTHING`,
    ),
    statement(db, sql`DELETE FROM failed_tries WHERE ${whose}`),
  ]
}

/** After this time without another one, failures are forgotten, and a lock is over. */
const quietAfter: Seconds = 86_400
const chunk = 1000

/** Statements of one call of `settleFailedTries`. */
export const queriesOfSettling = 2

/** The same for those without a new failure for a day. Returns whether there may be more. */
export async function settleFailedTries(db: D1Database, now: Seconds): Promise<boolean> {
  const quiet = sql`(SELECT user_id, kind FROM failed_tries WHERE last_at <= ${now - quietAfter}
    ORDER BY last_at, user_id, kind LIMIT ${chunk})`
  const noted = statement(
    db,
    sql`INSERT INTO audit_events (id, at, type, reference, user_id, detail)
      SELECT lower(hex(randomblob(16))), ${now}, 'lock_ended', reference, user_id, cast(counted AS TEXT)
      FROM failed_tries WHERE locked_at IS NOT NULL AND (user_id, kind) IN ${quiet}`,
  )
  const forgotten = sql`DELETE FROM failed_tries WHERE (user_id, kind) IN ${quiet} RETURNING 1 AS gone`
  const { gone } = await write(db, [noted], {
    gone: { statement: statement(db, forgotten), read: (rows) => rows.length },
  })
  return gone === chunk
}
