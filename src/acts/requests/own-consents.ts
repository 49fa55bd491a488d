import { deleteConsent, hasConsent } from '../../store/requests/consents.ts'
import { carryOut, type Doing, noteOwn } from '../act.ts'

/** A person revokes their consent to a client, and every authorization based on it ends. False: there was none. */
export function takeBackConsent(doing: Doing, clientId: string): Promise<boolean> {
  const { db, act, reference, now } = doing
  const { actorId: userId, attemptId } = act
  const consent = { userId, clientId }
  return carryOut(doing, [
    noteOwn(doing, { type: 'consent_removed', clientId, only: hasConsent(consent) }),
    ...deleteConsent(db, consent, { attemptId, reference }, now),
  ])
}
