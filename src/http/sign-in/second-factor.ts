import { matchOneTimeCode } from '../../rules/sign-in/one-time-code.ts'
import { readRecoveryCode } from '../../rules/sign-in/recovery-code.ts'
import { openAuthenticatorKey } from '../../secrets/authenticator-key.ts'
import { hashesOfRecoveryCode } from '../../secrets/recovery-codes.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { holds, write } from '../../store/database.ts'
import { type Authenticator, claimStep, isStepMine } from '../../store/sign-in/authenticators.ts'
import { claimRecoveryCode, hasSpentRecoveryCode } from '../../store/sign-in/recovery-codes.ts'
import type { Context } from '../context.ts'

/** What a typed code turned out to be. `used`: it was right, but not for the first time. */
export type CodeVerdict = 'wrong' | 'used' | 'app' | 'recovery'

/** Looks at a code and uses it up. Whoever calls this has counted the attempt before. */
export async function claimOneTimeCode(
  c: Context,
  userId: string,
  authenticator: Authenticator,
  typed: string,
  attemptId: string,
): Promise<CodeVerdict> {
  const { DB } = c.env
  const { now, config, reference } = c.var
  const recoveryCode = readRecoveryCode(typed)
  if (recoveryCode !== undefined) {
    const hashes = hashesOfRecoveryCode(config.keyRing, userId, recoveryCode)
    // With its event, in one: a code that is spent is noted, also when what follows fails.
    const event = { id: `${attemptId}.code`, type: 'recovery_code_used', reference, userId } as const
    const spent = [
      claimRecoveryCode(DB, userId, hashes, attemptId, now),
      insertAuditEvent(DB, event, now, hasSpentRecoveryCode(userId, attemptId)),
    ]
    const { mine } = await write(DB, spent, { mine: holds(DB, hasSpentRecoveryCode(userId, attemptId)) })
    return mine ? 'recovery' : 'wrong'
  }
  const key = await openAuthenticatorKey(config.keyRing, userId, authenticator.sealedKey)
  const step = matchOneTimeCode(key, typed, now)
  if (step === undefined) return 'wrong'
  const { mine } = await write(DB, [claimStep(DB, userId, step, attemptId)], {
    mine: isStepMine(DB, userId, attemptId),
  })
  return mine ? 'app' : 'used'
}
