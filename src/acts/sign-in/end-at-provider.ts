import { randomText } from '../../secrets/secret.ts'
import type { LogoutToken } from '../../secrets/sign-in/logout-token.ts'
import { holds, write } from '../../store/database.ts'
import { endAtProvider } from '../../store/sign-in/own-sessions.ts'
import { endPendingAtProvider } from '../../store/sign-in/pending-sign-ins.ts'
import { challengeIsMine, claimChallenge } from '../../store/sign-in/used-challenges.ts'
import type { Formless } from '../act.ts'

/**
 * Ends the sessions that a provider's logout token names, and sign-ins that wait for a second factor; the applications used in
 * those sessions are notified next. False: the token was used before.
 */
export async function obeyLogoutToken(
  { db, reference, now }: Formless,
  connection: { readonly id: string; readonly name: string },
  { subject, sid, once }: LogoutToken,
  issuer: string,
): Promise<boolean> {
  const id = randomText(16)
  const isMine = challengeIsMine(once, id)
  const ended = { connectionId: connection.id, subject, sid }
  const event = { id, reference, detail: connection.name }
  const { mine } = await write(
    db,
    [
      claimChallenge(db, once, id),
      ...endAtProvider(db, ended, event, { condition: isMine, issuer, now }),
      ...endPendingAtProvider(db, ended, event, isMine, now),
    ],
    { mine: holds(db, isMine) },
  )
  return mine
}
