import {
  answerClients,
  canBeAnswered,
  canClientBeSuspended,
  type Seen,
  suspendClients,
} from '../../store/clients/selected-clients.ts'
import { settleApproved } from '../../store/clients/unused-registrations.ts'
import { write } from '../../store/database.ts'
import { findNotedTargets, isNotedTarget, noteTargets, type Target } from '../../store/targets.ts'
import type { Doing } from '../act.ts'

/** Acts on several applications at once. */
export const clientSelections = ['suspend', 'resume', 'approve', 'refuse'] as const
export type ClientSelection = (typeof clientSelections)[number]

/**
 * The same as the acts on one of them, in one transaction, with an event for each. `seen`: for a decision about waiting
 * clients, what the administrator reviewed. Returns the ids of those to which it was done.
 */
export async function actOnClients(
  { db, act, reference, now }: Doing,
  selection: ClientSelection,
  targets: readonly Target[],
  seen: Seen,
): Promise<readonly string[]> {
  const isDecision = selection === 'approve' || selection === 'refuse'
  const only = isDecision ? canBeAnswered(seen) : canClientBeSuspended(selection === 'suspend')
  const note = noteTargets(
    db,
    act,
    targets,
    { type: typeOf[selection], reference, permission: 'administer', about: 'clients', only },
    now,
  )
  const done = isDecision
    ? [
        answerClients(db, targets, selection === 'approve', now),
        settleApproved(db, isNotedTarget('client_id', targets, now)),
      ]
    : [suspendClients(db, targets, selection === 'suspend', now)]
  return (await write(db, [note, ...done], { done: findNotedTargets(db, targets) })).done
}

const typeOf = {
  suspend: 'client_suspended',
  resume: 'client_resumed',
  approve: 'client_approved',
  refuse: 'client_refused',
} as const
