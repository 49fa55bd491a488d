import { nameKey } from '../../rules/people/person.ts'
import {
  accountRule,
  addressRule,
  knownBrowserRule,
  noticeAfter,
  pairRule,
  widerAddressRule,
  widerPairRule,
} from '../../rules/sign-in/lockout.ts'
import { makeBrowserLink } from '../../secrets/known-browser.ts'
import { randomText } from '../../secrets/secret.ts'
import { attemptSubject as subject } from '../../secrets/try-subject.ts'
import { countEvent } from '../../store/audit-events.ts'
import { read, type Write, write } from '../../store/database.ts'
import { listImportedKinds } from '../../store/people/imported-people.ts'
import { findUserForSignIn, type SignInFacts } from '../../store/people/users.ts'
import { endFailedTries, noteFailedTry } from '../../store/sign-in/failed-tries.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import {
  type Budget,
  claimAttempt,
  countAttempts,
  findLock,
  forgetAttempts,
  returnAttempt,
} from '../../store/sign-in/tries.ts'
import { countText } from '../../ui/words/plural.ts'
import type { Seconds } from '../../values/time.ts'
import { type Context, pathWith } from '../context.ts'
import { peerBlocks } from '../peer.ts'
import { sendMail } from '../people/mailer.ts'
import { knownBrowserOf, mayBeKnown } from './known-browser.ts'

/** One counted attempt at a password. */
export interface PasswordAttempt {
  readonly found: SignInFacts | undefined
  /** Kinds of imported password hashes in the database, so that every attempt does the same work. */
  readonly importedKinds: readonly string[]
  /** While this is in the future, the password is not even checked. */
  readonly lockedUntil: Seconds
  /** For the batch of an act with a right password: clears or refunds the attempts. */
  readonly forgiven: readonly Write[]
  /** Whether this attempt starts a lock, for the first time since the last right password. The owner is notified. */
  readonly beginsLock: boolean
}

/** The budgets of one attempt. */
interface Counting {
  /** Budgets that a right password resets. */
  readonly own: readonly [Budget, ...Budget[]]
  /** Budgets shared with others: a right password refunds this one attempt. */
  readonly shared: readonly Budget[]
}

/**
 * Counts the attempt before any password is checked, and reads the user: the same work for an unknown name. Only a possibly
 * known browser costs one more round trip.
 */
export async function claimPasswordAttempt(c: Context, username: string): Promise<PasswordAttempt> {
  return claim(c, username, await countingAt(c, username))
}

/** The same for the own password of a signed-in person: nobody else can use up its budget. */
export function claimOwnPasswordAttempt(c: Context, { user, sid }: Session): Promise<PasswordAttempt> {
  const own = { subject: subject('own-password', user.id, sid), rule: knownBrowserRule }
  return claim(c, user.username, { own: [own], shared: [] })
}

async function claim(c: Context, username: string, { own, shared }: Counting): Promise<PasswordAttempt> {
  const { DB } = c.env
  const { now, reference } = c.var
  const id = randomText(16)
  const budgets = [...own, ...shared]
  const { lock, counted, found, importedKinds } = await write(DB, claimAttempt(DB, budgets, id, now), {
    lock: findLock(DB, budgets, id, now),
    counted: countAttempts(DB, own[0].subject, id),
    found: findUserForSignIn(DB, username),
    importedKinds: listImportedKinds(DB),
  })
  return {
    found,
    importedKinds,
    lockedUntil: lock ?? 0,
    forgiven: [
      ...own.map((budget) => forgetAttempts(DB, budget.subject)),
      ...shared.map((budget) => returnAttempt(DB, budget, id)),
      ...endFailedTries(DB, { id, userId: found?.user.id, kind: 'password', reference }, now),
    ],
    beginsLock: counted === noticeAfter,
  }
}

/**
 * A known browser has a budget of its own, which no stranger can use up. All others count for their address block at this
 * account, for all of them at this account, and for the block's attempts at other accounts.
 */
async function countingAt(c: Context, username: string): Promise<Counting> {
  const account = nameKey(username)
  const browser = mayBeKnown(c) ? await findBrowser(c, username) : undefined
  if (browser !== undefined) {
    return {
      own: [{ subject: subject('account-browser', account, browser), rule: knownBrowserRule }],
      shared: [],
    }
  }
  const { block, wider } = peerBlocks(c)
  const own: Counting['own'] = [
    { subject: subject('account', account), rule: accountRule },
    { subject: subject('account-block', account, block), rule: pairRule },
  ]
  const shared = [{ subject: subject('address', block), rule: addressRule }]
  if (wider === undefined) return { own, shared }
  return {
    own: [...own, { subject: subject('account-block', account, wider), rule: widerPairRule }],
    shared: [...shared, { subject: subject('address', wider), rule: widerAddressRule }],
  }
}

/** The same lookup happens for an unknown name. */
async function findBrowser(c: Context, username: string): Promise<string | undefined> {
  const { found } = await read(c.env.DB, { found: findUserForSignIn(c.env.DB, username) })
  return knownBrowserOf(c, { userId: found?.user.id ?? '', passwordHash: found?.passwordHash ?? '' })
}

/**
 * Counts a wrong password. A lock that begins at an existing account is an event, and its owner gets one mail. `type` is the
 * kind of the attempt.
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
  if (!beginsLock || found === undefined) return
  const { user, passwordHash, languages } = found
  const { username, email } = user
  if (email === undefined) return
  const known = { userId: user.id, passwordHash }
  const token = makeBrowserLink(c.var.config.keyRing, known, now)
  const url = issuer + pathWith(paths.knownBrowser, { token })
  sendMail(c, email, { name: 'locked', username, url }, { userId, languages })
}

/** Counts an attempt that was refused because of a lock. */
export async function noteLockedTry(c: Context): Promise<void> {
  await write(c.env.DB, [countEvent(c.env.DB, 'sign_in_locked', c.var.reference, c.var.now)], {})
}

/** The notice for a visitor who must wait until then, with Retry-After. Undefined: nobody has to. */
export function waitNotice(c: Context, until: Seconds): string | undefined {
  const wait = until - c.var.now
  if (wait <= 0) return undefined
  c.header('Retry-After', String(wait))
  return countText(c.var.language, c.var.messages.login.locked, wait)
}
