import type { Seconds } from '../../values/time.ts'

/**
 * How many attempts are free, and how the wait grows: after the last free one it is `first`, after each further one twice as long, up to
 * `longest`. An attempt is counted before the password is looked at, so that parallel guesses can't slip by. When nothing was
 * tried for `window`, all is forgotten.
 */
export interface LockoutRule {
  readonly free: number
  readonly first: Seconds
  readonly longest: Seconds
  readonly window: Seconds
}

const hour = 3600
const day = 86_400

/**
 * A browser in which this account signed in before. Strangers can't use up its budget, so the owner gets in however long they guess
 * (OWASP "Slow Down Online Guessing Attacks with Device Cookies"; ASVS 5.0 §6.3.1).
 */
export const knownBrowserRule: LockoutRule = { free: 5, first: 2, longest: 900, window: day }

/** One address block at one account: whoever guesses from there is slowed, and nobody else. Some 40 guesses a day. */
export const pairRule: LockoutRule = { free: 5, first: 2, longest: hour, window: day }

/** The same for the wider block around it. */
export const widerPairRule: LockoutRule = { free: 20, first: 2, longest: hour, window: day }

/**
 * All browsers together that the account does not know, from wherever: a botnet has 100 guesses (NIST SP 800-63B-4 §3.2.2),
 * then one each quarter of an hour. Larger than what one address has in a day, so that one stranger alone can't use it up.
 */
export const accountRule: LockoutRule = { free: 100, first: 2, longest: 900, window: day }

/**
 * Codes behind a right password, from all browsers together that the account does not know: after fifty wrong ones in a month,
 * none. Then it takes a browser that the account knows, a new password, or an administrator.
 */
export const codeRule: LockoutRule = { free: 50, first: 30 * day, longest: 30 * day, window: 30 * day }

/** So many wrong passwords or codes, and the owner of the account gets a mail. */
export const noticeAfter = 5

/** Mails to one mailbox that one address block asks for, or one browser that the account knows. */
export const mailRule: LockoutRule = { free: 3, first: 2, longest: hour, window: day }

/** The same for the wider block. */
export const widerMailRule: LockoutRule = { free: 10, first: 2, longest: hour, window: day }

/**
 * All mails to one mailbox that strangers ask for. The longest wait is half as long as a link is good (`mailLinkLifetime`): when the
 * mailbox is kept full, its owner still has a link that works, whoever asked for it.
 */
export const mailboxRule: LockoutRule = { free: 20, first: 60, longest: 1800, window: day }

/** Sign-ups with a username that somebody has, from one address block: each tells that it is taken. Those that succeed are free. */
export const takenNameRule: LockoutRule = { free: 20, first: 2, longest: 900, window: hour }

/** Accounts that one address block creates in a day (UTC). Past it nothing is slowed: there are no more until the day ends. */
export function signUpRule(most: number, now: Seconds): LockoutRule {
  const rest = day - (now % day)
  return { free: most, first: rest, longest: rest, window: rest }
}

/** The wider block may create so many times as much. */
export const widerSignUps = 10

/** Codes of devices that one person types (RFC 8628 §5.1). */
export const userCodeRule: LockoutRule = { free: 20, first: 2, longest: 900, window: hour }

/** An office shares one address. */
export const addressRule: LockoutRule = { free: 50, first: 2, longest: 900, window: hour }

/** A site shares a /48 of IPv6. */
export const widerAddressRule: LockoutRule = { free: 500, first: 2, longest: 900, window: hour }
