import { hasAuditEvent, insertAdminEvent } from '../../store/audit-events.ts'
import { answerApproval, mayBeAnswered } from '../../store/clients/approval.ts'
import { write } from '../../store/database.ts'
import type { Act } from '../../store/guards.ts'
import type { Seconds } from '../../values/time.ts'

export interface ApprovalAnswer {
  readonly act: Act
  readonly clientId: string
  readonly approved: boolean
  /** `updated_at` of what was looked at. */
  readonly seenAt: Seconds
  readonly reference: string
}

/** An administrator has looked at a client that registered itself. Whether the answer holds, by this attempt. */
export async function answerWaitingClient(
  db: D1Database,
  { act, clientId, approved, seenAt, reference }: ApprovalAnswer,
  now: Seconds,
): Promise<boolean> {
  const type = approved ? 'client_approved' : 'client_refused'
  const event = { type, reference, target: clientId } as const
  const { noted } = await write(
    db,
    [
      insertAdminEvent(db, act, event, now, mayBeAnswered(approved, seenAt)),
      answerApproval(db, act, clientId, approved, now),
    ],
    { noted: hasAuditEvent(db, act.attemptId) },
  )
  return noted
}
