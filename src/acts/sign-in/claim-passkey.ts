import type { Challenge } from '../../secrets/passkey-challenge.ts'
import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { holds, write } from '../../store/database.ts'
import { claimPasskeyUse, findUse, type PasskeyUse } from '../../store/sign-in/passkeys.ts'
import { challengeIsMine, claimChallenge } from '../../store/sign-in/used-challenges.ts'
import type { Formless } from '../act.ts'

/** `late`: the challenge was used before. `gone`: the passkey was removed. `copied`: its counter did not increase. */
export type PasskeyVerdict = 'mine' | 'late' | 'gone' | 'copied'

/** Uses up the challenge and the counter of a passkey whose signature was right: each counts once. */
export async function claimPasskey(
  { db, reference, now }: Formless,
  userId: string,
  use: PasskeyUse,
  challenge: Challenge,
): Promise<PasskeyVerdict> {
  const attemptId = randomText(16)
  const mine = challengeIsMine(challenge, attemptId)
  const { challenged, verdict } = await write(
    db,
    [claimChallenge(db, challenge, attemptId), claimPasskeyUse(db, use, attemptId, now, mine)],
    { challenged: holds(db, mine), verdict: findUse(db, use.id, attemptId) },
  )
  if (!challenged) return 'late'
  if (verdict.isMine) return 'mine'
  if (!verdict.exists) return 'gone'
  const event = { id: attemptId, type: 'passkey_refused', reference, userId, detail: use.id } as const
  await write(db, noteEvent(db, event, now), {})
  return 'copied'
}
