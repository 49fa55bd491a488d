import type { Plan } from '../../rules/server/plan.ts'
import { type Write, write } from '../../store/database.ts'
import { deleteAccount, mayDelete } from '../../store/people/account-deletion.ts'
import type { VerifiedPassword } from '../../store/people/users.ts'
import { carryOut, type Doing } from '../act.ts'
import { forgetFirst } from '../tokens/forget-first.ts'

/** A password that was right. `forgiven`: of the try at it. */
export interface OwnProof {
  readonly verified: VerifiedPassword
  readonly forgiven: readonly Write[]
}

/**
 * The person deletes their account with all that is theirs. `more`: there is so much that it goes on with the next try. `refused`: the
 * password is another one by now, or nobody would be left to run the server.
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
    // The password was right: what was counted counts no more.
    await write(db, forgiven, {})
    return 'more'
  }
  const deletion = { verified, attemptId: act.attemptId, reference, issuer, now }
  return (await carryOut(doing, [...forgiven, ...deleteAccount(db, deletion)])) ? 'gone' : 'refused'
}
