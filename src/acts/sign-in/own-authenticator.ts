import { sealAuthenticatorKey } from '../../secrets/authenticator-key.ts'
import { idOfSecret } from '../../secrets/derived-keys.ts'
import type { Attempt } from '../../secrets/form-key.ts'
import { hashRecoveryCode, recoveryCodesFrom } from '../../secrets/recovery-codes.ts'
import { write } from '../../store/database.ts'
import {
  deleteAuthenticator,
  hasAuthenticator,
  insertAuthenticator,
  madeBy,
} from '../../store/sign-in/authenticators.ts'
import {
  findRecoveryCodes,
  insertRecoveryCodes,
  replaceRecoveryCodes,
} from '../../store/sign-in/recovery-codes.ts'
import { addFactor } from '../../store/sign-in/sessions.ts'
import type { Binding } from '../../store/sign-in/trusted-factors.ts'
import type { SecretHash } from '../../values/secret.ts'
import { type Doing, noteOwn } from '../act.ts'

export interface SetUp {
  readonly key: Uint8Array
  /** The time step of the code that confirmed it: that code is used up (RFC 6238 §5.2). */
  readonly step: number
  readonly binding: Binding
  /** The session of the set-up, which has a second factor from now on. */
  readonly session: SecretHash<'session'> | undefined
  readonly amr: readonly string[]
}

/**
 * An authenticator app and its recovery codes. Of two at once, the first is stored: `codes.madeBy` names the attempt whose
 * codes are valid.
 */
export async function setUpAuthenticator(doing: Doing, secret: string, attempt: Attempt, made: SetUp) {
  const { db, act, now } = doing
  const { actorId: userId, attemptId } = act
  const { key, step, binding, session, amr } = made
  const sealedKey = await sealAuthenticatorKey(secret, userId, key)
  const mine = madeBy(userId, attemptId)
  return write(
    db,
    [
      insertAuthenticator(db, { userId, sealedKey, step, attemptId }, binding, now),
      insertRecoveryCodes(db, codesOf(doing, secret, attempt), now),
      ...(session === undefined ? [] : [addFactor(db, session, amr, mine)]),
      noteOwn(doing, { type: 'authenticator_added', only: mine }),
    ],
    { codes: findRecoveryCodes(db, userId) },
  )
}

/** Ten new recovery codes: the old ones stop working. */
export function renewRecoveryCodes(doing: Doing, secret: string, attempt: Attempt) {
  const { db, act, now } = doing
  const { actorId: userId } = act
  return write(
    db,
    [
      ...replaceRecoveryCodes(db, codesOf(doing, secret, attempt), now),
      noteOwn(doing, { type: 'recovery_codes_replaced', only: hasAuthenticator(userId) }),
    ],
    { codes: findRecoveryCodes(db, userId) },
  )
}

export async function removeAuthenticator(doing: Doing): Promise<void> {
  const { db, act } = doing
  const only = hasAuthenticator(act.actorId)
  await write(
    db,
    [noteOwn(doing, { type: 'authenticator_removed', only }), ...deleteAuthenticator(db, act.actorId)],
    {},
  )
}

function codesOf({ act }: Doing, secret: string, attempt: Attempt) {
  const { actorId: userId, attemptId } = act
  const hashes = recoveryCodesFrom(attempt.newSeed).map((code) => hashRecoveryCode(secret, userId, code))
  return { userId, hashes, secretId: idOfSecret(secret), attemptId }
}
