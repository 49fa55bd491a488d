import { write } from '../../store/database.ts'
import {
  canBeSignedOut,
  canBeSuspended,
  endSessionsOfUsers,
  suspendUsers,
} from '../../store/people/selected-users.ts'
import { findNotedTargets, noteTargets, type Target } from '../../store/targets.ts'
import type { Doing } from '../act.ts'

/** Acts on several people at once. */
export const userSelections = ['suspend', 'resume', 'sign-out'] as const
export type UserSelection = (typeof userSelections)[number]

/**
 * The same as the acts of standing.ts on each of them, in one transaction, with an event for each. Returns the ids of those to
 * whom it was done: the others had changed, or were deleted, or the actor may not.
 */
export async function actOnUsers(
  doing: Doing,
  selection: UserSelection,
  targets: readonly Target[],
  issuer: string,
): Promise<readonly string[]> {
  const { db, act, reference, now } = doing
  const note = (event: Pick<Parameters<typeof noteTargets>[3], 'type' | 'permission' | 'only'>) =>
    noteTargets(db, act, targets, { ...event, reference, about: 'users' }, now)
  const suspend = (suspended: boolean) => [
    note({
      type: suspended ? 'user_suspended' : 'user_resumed',
      permission: 'administer',
      only: canBeSuspended(act, suspended),
    }),
    ...suspendUsers(db, targets, suspended, issuer, now),
  ]
  const writes = {
    suspend: () => suspend(true),
    resume: () => suspend(false),
    'sign-out': () => [
      note({ type: 'user_sessions_ended', permission: 'end', only: canBeSignedOut(act) }),
      ...endSessionsOfUsers(db, targets, issuer, now),
    ],
  }[selection]()
  return (await write(db, writes, { done: findNotedTargets(db, targets) })).done
}
