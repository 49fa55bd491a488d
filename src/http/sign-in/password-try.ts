import { nameKey } from '../../rules/people/person.ts'
import { accountRule, addressRule } from '../../rules/sign-in/lockout.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject as subject } from '../../secrets/try-subject.ts'
import { countEvent } from '../../store/audit-events.ts'
import { type Write, write } from '../../store/database.ts'
import { findUserForSignIn, type SignInFacts } from '../../store/people/users.ts'
import { endFailedTries, noteFailedTry } from '../../store/sign-in/failed-tries.ts'
import {
  claimAttempt,
  countAttempts,
  findLock,
  forgetAttempts,
  returnAttempt,
} from '../../store/sign-in/tries.ts'
import { fillText } from '../../ui/words/fill.tsx'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { sendMail } from '../people/mailer.ts'

/** One try at a password, counted. */
export interface PasswordAttempt {
  readonly found: SignInFacts | undefined
  /** While this is later than now, the password is not even looked at. */
  readonly lockedUntil: Seconds
  /** For the batch of whatever a right password lets happen: what was counted counts no more. */
  readonly forgiven: readonly Write[]
  /** Whether a lock began with it, for the first time since the last right password. */
  readonly beginsLock: boolean
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
  const { accountLock, addressLock, counted, found } = await write(DB, claims, {
    accountLock: findLock(DB, account, id),
    addressLock: findLock(DB, address, id),
    counted: countAttempts(DB, account, id),
    found: findUserForSignIn(DB, username),
  })
  return {
    found,
    lockedUntil: Math.max(accountLock ?? 0, addressLock ?? 0),
    forgiven: [
      forgetAttempts(DB, account),
      returnAttempt(DB, address, addressRule, id),
      ...endFailedTries(
        DB,
        { id, userId: found?.user.id, kind: 'password', reference: c.var.reference },
        now,
      ),
    ],
    beginsLock: counted === accountRule.free,
  }
}

/**
 * Counts a wrong password. When a lock begins at an account that exists, that is an event, and its owner gets one mail. `type` is
 * what the attempt is counted as.
 */
export async function noteWrongPassword(
  c: Context,
  { found, beginsLock }: PasswordAttempt,
  type: 'sign_in_failed' | 'password_refused',
): Promise<void> {
  const { DB } = c.env
  const { now, reference, issuer, paths } = c.var
  const userId = found?.user.id
  const failed = { id: randomText(16), userId, kind: 'password', type, reference, beginsLock } as const
  await write(DB, noteFailedTry(DB, failed, now), {})
  const { username, email } = found?.user ?? {}
  if (!beginsLock || username === undefined || email === undefined) return
  sendMail(c, email, { name: 'locked', username, url: issuer + paths.passwordReset }, userId)
}

/** Counts an attempt that was refused because of a lock. */
export async function noteLockedTry(c: Context): Promise<void> {
  await write(c.env.DB, [countEvent(c.env.DB, 'sign_in_locked', c.var.reference, c.var.now)], {})
}

/** What is said to whoever has to wait. */
export function waitProblem(c: Context, wait: Seconds): string {
  return fillText(c.var.messages.login.locked, { seconds: wait })
}
