import { nameKey } from '../../rules/people/person.ts'
import { addressRule, mailRule, signUpRule, widerAddressRule } from '../../rules/sign-in/lockout.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import { type Answers, combined, type Queries, write } from '../../store/database.ts'
import { claimAttempt, findLock } from '../../store/sign-in/tries.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { peerBlocks } from '../peer.ts'

export interface MailAttempt<Q> {
  /** While this is later than now, nothing is sent. */
  readonly lockedUntil: Seconds
  readonly found: Answers<Q>
}

/**
 * Counts what makes us send a mail, by the mailbox (or the name) that was typed and by the address it comes from: nobody fills
 * somebody's mailbox. One round trip with what is read, the same for what exists and what does not.
 */
export async function claimMailAttempt<Q extends Queries>(
  c: Context,
  typed: string,
  queries: Q,
  kind: 'mail-address' | 'sign-up-address' = 'mail-address',
): Promise<MailAttempt<Q>> {
  const { DB } = c.env
  const { now } = c.var
  const id = randomText(16)
  const { block, wider } = peerBlocks(c)
  const budgets = [
    { subject: attemptSubject('mail', nameKey(typed)), rule: mailRule },
    { subject: attemptSubject(kind, block), rule: kind === 'sign-up-address' ? signUpRule : addressRule },
    ...(wider === undefined ? [] : [{ subject: attemptSubject(kind, wider), rule: widerAddressRule }]),
  ]
  const { lock, found } = await write(DB, claimAttempt(DB, budgets, id, now), {
    lock: findLock(DB, budgets, id, now),
    found: combined(queries, (answers) => answers),
  })
  return { found, lockedUntil: lock ?? 0 }
}
