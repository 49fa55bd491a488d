import { endOtherSessions, endOwnSessions } from '../../store/sign-in/own-sessions.ts'
import type { SecretHash } from '../../values/secret.ts'
import { carryOut, type Doing, noteOwn } from '../act.ts'

/** Sessions, by the ids that their owner sees, or all except this one. */
export type EndedSessions = { readonly sids: readonly string[] } | { readonly allBut: SecretHash<'session'> }

/** Signs the person out elsewhere; their applications will be notified. False: they have no such session. */
export function signOutElsewhere(doing: Doing, ended: EndedSessions, issuer: string): Promise<boolean> {
  const { db, act, reference, now } = doing
  const { actorId: userId, attemptId } = act
  const ending = { userId, attemptId, reference, issuer, now }
  if ('sids' in ended) return carryOut(doing, endOwnSessions(db, ending, ended.sids))
  return carryOut(doing, [
    ...endOtherSessions(db, ending, ended.allBut),
    noteOwn(doing, { type: 'other_sessions_ended' }),
  ])
}
