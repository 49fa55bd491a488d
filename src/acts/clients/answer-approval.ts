import { answerApproval, mayBeAnswered } from '../../store/clients/approval.ts'
import { settleApproved } from '../../store/clients/unused-registrations.ts'
import { isNoted } from '../../store/guards.ts'
import { sql } from '../../store/sql.ts'
import type { Seconds } from '../../values/time.ts'
import { type Doing, end } from '../act.ts'

export interface ApprovalAnswer {
  readonly clientId: string
  readonly approved: boolean
  /** `updated_at` of what the administrator reviewed. */
  readonly seenAt: Seconds
}

/**
 * The decision of an administrator about a client that registered itself. False, too, when it was changed or decided in
 * between.
 */
export function answerWaitingClient(
  doing: Doing,
  { clientId, approved, seenAt }: ApprovalAnswer,
): Promise<boolean> {
  const { db, act, now } = doing
  const type = approved ? 'client_approved' : 'client_refused'
  const event = { type, target: clientId, only: mayBeAnswered(clientId, approved, seenAt) } as const
  return end(
    doing,
    event,
    answerApproval(db, act, clientId, approved, seenAt, now),
    settleApproved(db, sql`client_id = ${clientId} AND ${isNoted(act, now)}`),
  )
}
