import type { Challenge } from '../../secrets/passkey-challenge.ts'
import { holds, write } from '../../store/database.ts'
import { isNotLastWay } from '../../store/sign-in/factors.ts'
import {
  deletePasskey,
  findPasskey,
  hasPasskey,
  insertPasskey,
  type NewPasskey,
  type PasskeyRules,
  updatePasskeyName,
} from '../../store/sign-in/passkeys.ts'
import { challengeIsMine, claimChallenge } from '../../store/sign-in/used-challenges.ts'
import { and } from '../../store/sql.ts'
import { type Doing, noteOwn } from '../act.ts'

/** Its challenge counts once. False: the person has the maximum, or the challenge was used. */
export async function addPasskey(
  doing: Doing,
  passkey: NewPasskey,
  rules: PasskeyRules,
  challenge: Challenge,
): Promise<boolean> {
  const { db, now } = doing
  const { id, userId } = passkey
  const added = hasPasskey(userId, id)
  const { isThere } = await write(
    db,
    [
      claimChallenge(db, challenge, id),
      insertPasskey(db, passkey, rules, now, challengeIsMine(challenge, id)),
      noteOwn(doing, { type: 'passkey_added', detail: id, only: added }),
    ],
    { isThere: holds(db, added) },
  )
  return isThere
}

/** False: it is the last way to sign in, and stays. */
export async function removePasskey(doing: Doing, id: string): Promise<boolean> {
  const { db, act } = doing
  const { actorId: userId } = act
  const only = and(hasPasskey(userId, id), isNotLastWay(userId, { passkeyId: id }))
  const { isStill } = await write(
    db,
    [noteOwn(doing, { type: 'passkey_removed', detail: id, only }), deletePasskey(db, userId, id)],
    { isStill: holds(db, hasPasskey(userId, id)) },
  )
  return !isStill
}

/** Of two names the one saved last is kept. False: the person has no such passkey. */
export async function renamePasskey(
  db: D1Database,
  userId: string,
  id: string,
  name: string,
): Promise<boolean> {
  const { passkey } = await write(db, [updatePasskeyName(db, userId, id, name)], {
    passkey: findPasskey(db, userId, id),
  })
  return passkey !== undefined
}
