import type { Role } from '../../rules/people/role.ts'
import { read } from '../../store/database.ts'
import {
  endAccess,
  endAllAccessOf,
  endSessionsOf,
  findUserStanding,
  hasAccess,
  hasRole,
  isEndable,
  isSuspended,
  suspendUser,
  updateRole,
} from '../../store/people/standing.ts'
import { findUser, type User } from '../../store/people/users.ts'
import { change, type Doing, end } from '../act.ts'

/** Whether it was done, and whom it was done to, if that made a difference: they are told. */
export interface Done {
  readonly done: boolean
  readonly changed: User | undefined
}

/** Nobody changes their own, so that an administrator always stays. */
export async function changeRole(doing: Doing, userId: string, role: Role): Promise<Done> {
  const { db, act } = doing
  const { before } = await read(db, { before: findUser(db, userId) })
  const event = {
    type: 'role_changed',
    target: userId,
    detail: `${userId} ${role}`,
    only: hasRole(act, userId, role),
  } as const
  const done = await change(doing, event, updateRole(db, act, userId, role))
  return { done, changed: done && before?.role !== role ? before : undefined }
}

/**
 * While suspended there is no sign-in, and no token of theirs is good; what they had ends, and does not come back. Nobody suspends
 * themselves, so that an administrator always stays.
 */
export async function suspend(
  doing: Doing,
  userId: string,
  suspended: boolean,
  issuer: string,
): Promise<Done> {
  const { db, act, now } = doing
  const { before } = await read(db, { before: findUserStanding(db, userId, now) })
  const type = suspended ? 'user_suspended' : 'user_resumed'
  const done = await change(
    doing,
    { type, target: userId, only: isSuspended(act, userId, suspended) },
    ...(suspended ? endAllAccessOf(db, act, userId, 'user_suspended', issuer, now) : []),
    suspendUser(db, act, userId, suspended ? now : undefined),
  )
  const wasSuspended = before?.suspendedAt !== undefined
  return { done, changed: done && wasSuspended !== suspended ? before?.user : undefined }
}

/** They are signed out in every browser. Support does it too, but not to administrators. */
export function endSessionsOfUser(doing: Doing, userId: string, issuer: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = {
    type: 'user_sessions_ended',
    target: userId,
    only: isEndable(act, userId),
    permission: 'end',
  } as const
  return change(doing, event, ...endSessionsOf(db, act, userId, issuer, now))
}

/** What a person allowed an application is forgotten, and every token that followed from it ends. */
export function endAccessOf(doing: Doing, userId: string, clientId: string): Promise<boolean> {
  const { db, act, now } = doing
  const event = {
    type: 'access_ended',
    target: clientId,
    detail: userId,
    only: hasAccess(act, userId, clientId),
    permission: 'end',
  } as const
  return end(doing, event, ...endAccess(db, act, userId, clientId, now))
}
