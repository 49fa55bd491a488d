import { isResumed, resumeOwnClient } from '../../store/clients/awaiting-owner.ts'
import type { Seconds } from '../../values/time.ts'
import { change, type Doing } from '../act.ts'

/**
 * Resumes an application that was suspended until its owner reviews it. False, too, when it was changed after the version they
 * reviewed (`seenAt`, its `updated_at` then).
 */
export function resumeAfterLook(doing: Doing, clientId: string, seenAt: Seconds): Promise<boolean> {
  const { db, act } = doing
  const event = { type: 'client_resumed', clientId, only: isResumed(clientId, seenAt) } as const
  return change(doing, event, resumeOwnClient(db, act, clientId, seenAt))
}
