import { isResumed, resumeOwnClient } from '../../store/clients/awaiting-owner.ts'
import type { Seconds } from '../../values/time.ts'
import { change, type Doing } from '../act.ts'

/**
 * An owner has looked at an application of theirs that was suspended until they do, and it works again. False, too, when it was
 * changed after what they looked at (`seenAt`, its `updated_at` then).
 */
export function resumeAfterLook(doing: Doing, clientId: string, seenAt: Seconds): Promise<boolean> {
  const { db, act } = doing
  const event = { type: 'client_resumed', clientId, only: isResumed(clientId, seenAt) } as const
  return change(doing, event, resumeOwnClient(db, act, clientId, seenAt))
}
