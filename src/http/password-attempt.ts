import { createHash } from 'node:crypto'
import { accountRule, addressRule } from '../protocol/lockout.ts'
import { nameKey } from '../protocol/person.ts'
import type { Seconds } from '../protocol/time.ts'
import { randomText } from '../secrets/secret.ts'
import { type Write, write } from '../store/database.ts'
import { claimAttempt, findLock, forgetAttempts, returnAttempt } from '../store/sign-in-attempts.ts'
import { findUserForSignIn, type SignInFacts } from '../store/users.ts'
import { fillText } from '../ui/fill.tsx'
import type { Context } from './context.ts'
import { messagesFor } from './pages.tsx'

/** One try at a password, counted. */
export interface PasswordAttempt {
  readonly found: SignInFacts | undefined
  /** While this is later than now, the password is not even looked at. */
  readonly lockedUntil: Seconds
  /** For the batch of whatever a right password lets happen: what was counted counts no more. */
  readonly forgiven: readonly Write[]
}

/** Counts the attempt before any password is looked at, and reads the user: one round trip, the same for a name nobody has. */
export async function claimPasswordAttempt(c: Context, username: string): Promise<PasswordAttempt> {
  const { DB } = c.env
  const { now } = c.var
  const id = randomText(16)
  const account = subject('account', nameKey(username))
  const address = subject('address', c.req.header('cf-connecting-ip') ?? 'unknown')
  const claims = [
    claimAttempt(DB, account, accountRule, id, now),
    claimAttempt(DB, address, addressRule, id, now),
  ]
  const { accountLock, addressLock, found } = await write(DB, claims, {
    accountLock: findLock(DB, account, id),
    addressLock: findLock(DB, address, id),
    found: findUserForSignIn(DB, username),
  })
  return {
    found,
    lockedUntil: Math.max(accountLock ?? 0, addressLock ?? 0),
    forgiven: [forgetAttempts(DB, account), returnAttempt(DB, address, addressRule, id)],
  }
}

function subject(kind: 'account' | 'address', value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('base64url')}`
}

/** What is said to whoever has to wait. */
export function waitProblem(c: Context, wait: Seconds): string {
  return fillText(messagesFor(c).login.locked, { seconds: wait })
}
