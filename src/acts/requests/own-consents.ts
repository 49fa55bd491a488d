import { deleteConsent, hasConsent } from '../../store/requests/consents.ts'
import { carryOut, type Doing, noteOwn } from '../act.ts'

/** The person takes back what they allowed a client, and every authorization that rested on it ends. False: they allowed nothing. */
export function takeBackConsent(doing: Doing, clientId: string): Promise<boolean> {
  const { db, act, reference, now } = doing
  const { actorId: userId, attemptId } = act
  const consent = { userId, clientId }
  return carryOut(doing, [
    noteOwn(doing, { type: 'consent_removed', clientId, only: hasConsent(consent) }),
    ...deleteConsent(db, consent, { attemptId, reference }, now),
  ])
}
