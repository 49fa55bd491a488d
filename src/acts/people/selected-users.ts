import { write } from '../../store/database.ts'
import {
  canBeInvited,
  canBeSignedOut,
  canBeSuspended,
  endSessionsOfUsers,
  type InvitationLink,
  replaceInvitationLinks,
  suspendUsers,
} from '../../store/people/selected-users.ts'
import { findNotedTargets, noteTargets, type Target } from '../../store/targets.ts'
import type { Doing } from '../act.ts'

/** Acts on several people at once. */
export const userSelections = ['invite', 'suspend', 'resume', 'sign-out'] as const
export type UserSelection = (typeof userSelections)[number]

/**
 * The same as the acts of standing.ts on each of them, in one transaction, with an event for each. Returns the ids of those to
 * whom it was done: the others had changed, or were deleted, or the actor may not.
 */
export async function actOnUsers(
  doing: Doing,
  selection: Exclude<UserSelection, 'invite'>,
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

/**
 * New links for people who have never signed in, with an event for each. Returns the ids of those who got one by this form.
 */
export async function inviteAgain(
  doing: Doing,
  targets: readonly Target[],
  links: readonly InvitationLink[],
): Promise<readonly string[]> {
  const { db, act, reference, now } = doing
  const event = { type: 'user_invited', permission: 'administer', only: canBeInvited(now) } as const
  const writes = [
    noteTargets(db, act, targets, { ...event, reference, about: 'users' }, now),
    ...replaceInvitationLinks(db, links, targets, now),
  ]
  return (await write(db, writes, { done: findNotedTargets(db, targets) })).done
}
