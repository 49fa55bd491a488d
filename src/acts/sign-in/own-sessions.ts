import { endOtherSessions, endOwnSession } from '../../store/sign-in/own-sessions.ts'
import type { SecretHash } from '../../values/secret.ts'
import { carryOut, type Doing, noteOwn } from '../act.ts'

/** One session, by the id that its owner sees, or all except this one. */
export type EndedSessions = { readonly sid: string } | { readonly allBut: SecretHash<'session'> }

/** Signs the person out elsewhere; their applications will be notified. False: they have no such session. */
export function signOutElsewhere(doing: Doing, ended: EndedSessions, issuer: string): Promise<boolean> {
  const { db, act, reference, now } = doing
  const { actorId: userId, attemptId } = act
  const ending = { userId, attemptId, reference, issuer, now }
  if ('sid' in ended) return carryOut(doing, endOwnSession(db, ending, ended.sid))
  return carryOut(doing, [
    ...endOtherSessions(db, ending, ended.allBut),
    noteOwn(doing, { type: 'other_sessions_ended' }),
  ])
}
