import {
  codeRule,
  knownBrowserRule,
  noticeAfter,
  pairRule,
  widerPairRule,
} from '../../rules/sign-in/lockout.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject as subject } from '../../secrets/try-subject.ts'
import { type Write, write } from '../../store/database.ts'
import { type Authenticator, findAuthenticator } from '../../store/sign-in/authenticators.ts'
import { endFailedTries, noteFailedTry } from '../../store/sign-in/failed-tries.ts'
import type { PendingSignIn } from '../../store/sign-in/pending-sign-ins.ts'
import {
  type Budget,
  claimAttempt,
  countAttempts,
  findLock,
  forgetAttempts,
} from '../../store/sign-in/tries.ts'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'
import { peerBlocks } from '../peer.ts'
import { tell } from '../people/mailer.ts'
import { knownBrowserOf } from './known-browser.ts'

/** One counted attempt at a code. */
export interface CodeAttempt {
  readonly id: string
  /** While this is in the future, the code is not even checked. */
  readonly lockedUntil: Seconds
  /** Whether so many codes were wrong that only a known browser can continue. */
  readonly isCapped: boolean
  readonly authenticator: Authenticator | undefined
  /** For the batch of the sign-in with a right code. */
  readonly forgiven: readonly Write[]
  /** Whether this attempt starts a lock, for the first time since the last right code. The owner is notified. */
  readonly beginsLock: boolean
}

/**
 * Counts the attempt before any code is checked. Only somebody with the password gets here, so guesses are counted over a month
 * instead of a day (NIST SP 800-63B-4 §3.2.2), and somebody who stole the password must not lock out the owner: a known browser
 * has a budget of its own.
 */
export async function claimCodeAttempt(c: Context, user: PendingSignIn): Promise<CodeAttempt> {
  const { DB } = c.env
  const { now, reference } = c.var
  const id = randomText(16)
  const browser = knownBrowserOf(c, { userId: user.id, passwordHash: user.passwordHash })
  const cap: Budget = { subject: subject('code', user.id), rule: codeRule }
  const budgets: readonly [Budget, ...Budget[]] =
    browser === undefined
      ? [cap, ...pairsOf(c, user.id)]
      : [{ subject: subject('code-browser', user.id, browser), rule: knownBrowserRule }]
  const { lock, capped, counted, authenticator } = await write(DB, claimAttempt(DB, budgets, id, now), {
    lock: findLock(DB, budgets, id, now),
    capped: findLock(DB, browser === undefined ? [cap] : [], id, now),
    counted: countAttempts(DB, budgets[0].subject, id),
    authenticator: findAuthenticator(DB, user.id),
  })
  return {
    id,
    lockedUntil: lock ?? 0,
    isCapped: capped !== undefined,
    authenticator,
    forgiven: [
      ...budgets.map((budget) => forgetAttempts(DB, budget.subject)),
      ...endFailedTries(DB, { id, userId: user.id, kind: 'code', reference }, now),
    ],
    beginsLock: counted === noticeAfter,
  }
}

function pairsOf(c: Context, userId: string): readonly Budget[] {
  const { block, wider } = peerBlocks(c)
  const near = { subject: subject('code-block', userId, block), rule: pairRule }
  return wider === undefined
    ? [near]
    : [near, { subject: subject('code-block', userId, wider), rule: widerPairRule }]
}

/** Counts a wrong code. After a handful of them the owner gets a mail: somebody has their password. */
export async function noteWrongCode(c: Context, user: PendingSignIn, attempt: CodeAttempt): Promise<void> {
  const { DB } = c.env
  const { now, reference, issuer, paths } = c.var
  const { id, beginsLock } = attempt
  const { id: userId, username } = user
  const failed = { id, userId, kind: 'code', type: 'second_factor_failed', reference, beginsLock } as const
  await write(DB, noteFailedTry(DB, failed, now), {})
  if (beginsLock) tell(c, user, { name: 'codesGuessed', username, url: issuer + paths.passwordReset })
}
