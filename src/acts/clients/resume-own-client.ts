import { hasAuditEvent, insertClientEvent } from '../../store/audit-events.ts'
import { isResumed, resumeOwnClient } from '../../store/clients/awaiting-owner.ts'
import { write } from '../../store/database.ts'
import type { Act } from '../../store/guards.ts'
import type { Seconds } from '../../values/time.ts'

export interface Resumption {
  readonly act: Act
  readonly clientId: string
  /** `updated_at` of what was looked at. */
  readonly seenAt: Seconds
  readonly reference: string
}

/** An owner has looked at an application of theirs that was suspended until they do. Whether it works again, by this attempt. */
export async function resumeAfterLook(
  db: D1Database,
  { act, clientId, seenAt, reference }: Resumption,
  now: Seconds,
): Promise<boolean> {
  const event = { type: 'client_resumed', reference, clientId } as const
  const { noted } = await write(
    db,
    [resumeOwnClient(db, act, clientId, seenAt), insertClientEvent(db, act, event, now, isResumed(seenAt))],
    { noted: hasAuditEvent(db, act.attemptId) },
  )
  return noted
}
