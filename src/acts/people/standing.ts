import type { Role } from '../../rules/people/role.ts'
import { hasAuditEvent } from '../../store/audit-events.ts'
import { read } from '../../store/database.ts'
import {
  endAccess,
  endAllAccessOf,
  endNamedSessions,
  endSessionsOf,
  findUserStanding,
  hasAccess,
  hasRole,
  hasSessions,
  isEndable,
  isSuspended,
  suspendUser,
  updateRole,
} from '../../store/people/standing.ts'
import { findUser, type User } from '../../store/people/users.ts'
import { change, type Doing, end } from '../act.ts'

/**
 * `done`: whether the person is now as requested. `changed`: the person, if this form changed something, now or when it was sent
 * before: they are notified once.
 */
export interface Done {
  readonly done: boolean
  readonly changed: User | undefined
}

/** Nobody changes their own role, so that an administrator always remains. */
export async function changeRole(doing: Doing, userId: string, role: Role): Promise<Done> {
  const { db, act } = doing
  const { before, wasSent } = await read(db, {
    before: findUser(db, userId),
    wasSent: hasAuditEvent(db, act.attemptId),
  })
  if (before?.role === role && !wasSent) return { done: userId !== act.actorId, changed: undefined }
  const event = {
    type: 'role_changed',
    target: userId,
    detail: `${userId} ${role}`,
    only: hasRole(act, userId, role),
  } as const
  const done = await change(doing, event, updateRole(db, act, userId, role))
  return { done, changed: done ? before : undefined }
}

/**
 * While suspended there is no sign-in, and none of their tokens is valid; existing access ends, and is not restored. Nobody
 * suspends themselves, so that an administrator always remains.
 */
export async function suspend(
  doing: Doing,
  userId: string,
  suspended: boolean,
  issuer: string,
): Promise<Done> {
  const { db, act, now } = doing
  const { before, wasSent } = await read(db, {
    before: findUserStanding(db, userId, now),
    wasSent: hasAuditEvent(db, act.attemptId),
  })
  const isSo = before !== undefined && (before.suspendedAt !== undefined) === suspended
  if (isSo && !wasSent) return { done: userId !== act.actorId, changed: undefined }
  const type = suspended ? 'user_suspended' : 'user_resumed'
  const done = await change(
    doing,
    { type, target: userId, only: isSuspended(act, userId, suspended) },
    ...(suspended ? endAllAccessOf(db, act, userId, 'user_suspended', issuer, now) : []),
    suspendUser(db, act, userId, suspended ? now : undefined),
  )
  return { done, changed: done ? before?.user : undefined }
}

/** Signs a person out of every browser. Support may do it too, but not to administrators. */
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

/** The sessions of a person in one browser, as `User-Agent` names it. Support may end them too, but not those of administrators. */
export function endDeviceOfUser(
  doing: Doing,
  user: { readonly id: string; readonly sids: readonly string[] },
  userAgent: string | undefined,
  issuer: string,
): Promise<boolean> {
  const { db, act, now } = doing
  const event = {
    type: 'user_device_ended',
    target: user.id,
    ...(userAgent !== undefined && { detail: userAgent }),
    only: hasSessions(act, user.id, user.sids),
    permission: 'end',
  } as const
  return end(doing, event, ...endNamedSessions(db, act, user, issuer, now))
}

/** Deletes the consent of a person to an application, and ends every token based on it. */
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
