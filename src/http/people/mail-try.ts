import { nameKey } from '../../rules/people/person.ts'
import {
  addressRule,
  mailboxRule,
  mailRule,
  takenNameRule,
  widerAddressRule,
  widerMailRule,
} from '../../rules/sign-in/lockout.ts'
import { attemptSubject as subject } from '../../secrets/try-subject.ts'
import { type Answers, combined, type Queries, write } from '../../store/database.ts'
import { type Budget, claimAttempt, findLock } from '../../store/sign-in/tries.ts'
import type { Sql } from '../../store/sql.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { peerBlocks } from '../peer.ts'

export interface MailAttempt<Q> {
  /** While this is in the future, nothing is sent: too many requests came from here. */
  readonly lockedUntil: Seconds
  /** The same for this mailbox, whose limit others have used up. */
  readonly fullUntil: Seconds
  readonly found: Answers<Q>
}

export interface MailTry {
  /** Of the form: sent again, it is one request. */
  readonly id: string
  /** An address, or a username instead. */
  readonly typed: string
  /** The receiver, when it differs from the typed text. Only identical answers may depend on it: `fullUntil`. */
  readonly mailbox?: string | undefined
  /** A browser that the account knows: its mails are counted separately. */
  readonly browser?: string | undefined
  /** For a sign-up: whether the username is taken. The address is counted for nothing else. */
  readonly ifTaken?: Sql
}

/**
 * Counts a request that sends a mail. The caller is slowed by address block and typed text first; all together may fill a
 * mailbox up to one mail in half an hour. One round trip including the reads, the same for existing and unknown names.
 */
export async function claimMailAttempt<Q extends Queries>(
  c: Context,
  { id, typed, mailbox = typed, browser, ifTaken }: MailTry,
  queries: Q,
): Promise<MailAttempt<Q>> {
  const { DB } = c.env
  const { now } = c.var
  const key = nameKey(typed)
  const own: readonly Budget[] =
    browser === undefined
      ? budgetsOfStranger(c, key, ifTaken)
      : [{ subject: subject('mail-browser', key, browser), rule: mailRule }]
  const shared: readonly Budget[] =
    browser === undefined ? [{ subject: subject('mail', nameKey(mailbox)), rule: mailboxRule }] : []
  const { lock, full, found } = await write(DB, claimAttempt(DB, [...own, ...shared], id, now), {
    lock: findLock(DB, own, id, now),
    full: findLock(DB, shared, id, now),
    found: combined(queries, (answers) => answers),
  })
  return { found, lockedUntil: lock ?? 0, fullUntil: full ?? 0 }
}

function budgetsOfStranger(c: Context, typed: string, ifTaken: Sql | undefined): readonly Budget[] {
  const { block, wider } = peerBlocks(c)
  const kind = ifTaken === undefined ? 'mail-address' : 'taken-name-address'
  const only = ifTaken === undefined ? {} : { only: ifTaken }
  const rule = ifTaken === undefined ? addressRule : takenNameRule
  const near = [
    { subject: subject('mail-block', typed, block), rule: mailRule },
    { subject: subject(kind, block), rule, ...only },
  ]
  if (wider === undefined) return near
  return [
    ...near,
    { subject: subject('mail-block', typed, wider), rule: widerMailRule },
    { subject: subject(kind, wider), rule: widerAddressRule, ...only },
  ]
}
