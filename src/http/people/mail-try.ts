import { nameKey } from '../../rules/people/person.ts'
import { addressRule, mailRule, signUpRule } from '../../rules/sign-in/lockout.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import { type Answers, combined, type Queries, write } from '../../store/database.ts'
import { claimAttempt, findLock } from '../../store/sign-in/tries.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'

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
  const mailbox = attemptSubject('mail', nameKey(typed))
  const address = attemptSubject(kind, c.req.header('cf-connecting-ip') ?? 'unknown')
  const claims = [
    claimAttempt(DB, mailbox, mailRule, id, now),
    claimAttempt(DB, address, kind === 'sign-up-address' ? signUpRule : addressRule, id, now),
  ]
  const { mailboxLock, addressLock, found } = await write(DB, claims, {
    mailboxLock: findLock(DB, mailbox, id),
    addressLock: findLock(DB, address, id),
    found: combined(queries, (answers) => answers),
  })
  return { found, lockedUntil: Math.max(mailboxLock ?? 0, addressLock ?? 0) }
}
