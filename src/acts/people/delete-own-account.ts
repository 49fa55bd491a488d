import type { Plan } from '../../rules/server/plan.ts'
import { type Write, write } from '../../store/database.ts'
import { deleteAccount, mayDelete } from '../../store/people/account-deletion.ts'
import type { VerifiedPassword } from '../../store/people/users.ts'
import { carryOut, type Doing } from '../act.ts'
import { forgetFirst } from '../tokens/forget-first.ts'

/** A verified password. `forgiven`: the attempt to refund. */
export interface OwnProof {
  readonly verified: VerifiedPassword
  readonly forgiven: readonly Write[]
}

/**
 * Deletes a person's own account with all of their data. `more`: there is so much that the next attempt continues. `refused`:
 * the password has changed, or nobody would be left to run the server.
 */
export async function deleteOwnAccount(
  doing: Doing,
  { verified, forgiven }: OwnProof,
  issuer: string,
  plan: Plan,
): Promise<'gone' | 'more' | 'refused'> {
  const { db, act, reference, now } = doing
  const first = { of: { userId: verified.userId }, allowed: mayDelete(verified), plan }
  if (!(await forgetFirst(db, first, now))) {
    // The password was right, so the attempt no longer counts.
    await write(db, forgiven, {})
    return 'more'
  }
  const deletion = { verified, attemptId: act.attemptId, reference, issuer, now }
  return (await carryOut(doing, [...forgiven, ...deleteAccount(db, deletion)])) ? 'gone' : 'refused'
}
