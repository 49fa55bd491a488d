import { matchOneTimeCode } from '../../rules/sign-in/one-time-code.ts'
import { readRecoveryCode } from '../../rules/sign-in/recovery-code.ts'
import { openAuthenticatorKey } from '../../secrets/authenticator-key.ts'
import { hashesOfRecoveryCode } from '../../secrets/recovery-codes.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { holds, write } from '../../store/database.ts'
import { type Authenticator, claimStep, isStepMine } from '../../store/sign-in/authenticators.ts'
import { claimRecoveryCode, hasSpentRecoveryCode } from '../../store/sign-in/recovery-codes.ts'
import type { KeyRing } from '../../values/key-ring.ts'
import type { Doing } from '../act.ts'

/** The result for a typed code. `used`: it is right, but was used before. */
export type CodeVerdict = 'wrong' | 'used' | 'app' | 'recovery'

/** Checks a code of the actor and uses it up. The attempt was counted before. */
export async function claimOneTimeCode(
  { db, act, reference, now }: Doing,
  keyRing: KeyRing,
  authenticator: Authenticator,
  typed: string,
): Promise<CodeVerdict> {
  const { actorId: userId, attemptId } = act
  const recoveryCode = readRecoveryCode(typed)
  if (recoveryCode !== undefined) {
    const hashes = hashesOfRecoveryCode(keyRing, userId, recoveryCode)
    // Together with its event: a used code is recorded, even when the next step fails.
    const event = { id: `${attemptId}.code`, type: 'recovery_code_used', reference, userId } as const
    const isSpent = hasSpentRecoveryCode(userId, attemptId)
    const { mine } = await write(
      db,
      [claimRecoveryCode(db, userId, hashes, attemptId, now), insertAuditEvent(db, event, now, isSpent)],
      { mine: holds(db, isSpent) },
    )
    return mine ? 'recovery' : 'wrong'
  }
  const key = await openAuthenticatorKey(keyRing, userId, authenticator.sealedKey)
  const step = matchOneTimeCode(key, typed, now)
  if (step === undefined) return 'wrong'
  const { mine } = await write(db, [claimStep(db, userId, step, attemptId)], {
    mine: isStepMine(db, userId, attemptId),
  })
  return mine ? 'app' : 'used'
}
