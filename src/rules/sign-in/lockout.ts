import type { Seconds } from '../../values/time.ts'

/**
 * Number of free attempts, and the growing wait: after the last free one it is `first`, and doubles with each further one up to
 * `longest`. An attempt is counted before the password is checked, so that parallel guesses are counted too. After `window`
 * without an attempt, the count is reset.
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
 * A browser in which this account signed in before. Strangers can't use up its budget, so the owner gets in even during an
 * attack (OWASP "Slow Down Online Guessing Attacks with Device Cookies"; ASVS 5.0 §6.3.1).
 */
export const knownBrowserRule: LockoutRule = { free: 5, first: 2, longest: 900, window: day }

/** One address block at one account: guessing from there is slowed, and nobody else. Some 40 guesses a day. */
export const pairRule: LockoutRule = { free: 5, first: 2, longest: hour, window: day }

/** The same for the wider block around it. */
export const widerPairRule: LockoutRule = { free: 20, first: 2, longest: hour, window: day }

/**
 * All browsers that the account does not know, together: a botnet has 100 guesses (NIST SP 800-63B-4 §3.2.2), then one every
 * quarter of an hour. More than one address may try in a day, so that one stranger can't use it up.
 */
export const accountRule: LockoutRule = { free: 100, first: 2, longest: 900, window: day }

/**
 * Codes after a right password, from all unknown browsers together: after fifty wrong ones in a month, none. Then a known
 * browser, a new password, or an administrator is needed.
 */
export const codeRule: LockoutRule = { free: 50, first: 30 * day, longest: 30 * day, window: 30 * day }

/** The number of wrong passwords or codes after which the owner of the account gets a mail. */
export const noticeAfter = 5

/** Mails to one mailbox requested by one address block, or by one known browser. */
export const mailRule: LockoutRule = { free: 3, first: 2, longest: hour, window: day }

/** The same for the wider block. */
export const widerMailRule: LockoutRule = { free: 10, first: 2, longest: hour, window: day }

/**
 * All mails to one mailbox requested by strangers. The longest wait is half the lifetime of a link (`mailLinkLifetime`): even
 * when strangers use up the limit, its owner still has a link that works.
 */
export const mailboxRule: LockoutRule = { free: 20, first: 60, longest: 1800, window: day }

/** Sign-ups with a taken username, from one address block: each reveals that it is taken. Successful ones are free. */
export const takenNameRule: LockoutRule = { free: 20, first: 2, longest: 900, window: hour }

/** Accounts that one address block creates in a day (UTC). Beyond that nothing is slowed: there are no more until the day ends. */
export function signUpRule(most: number, now: Seconds): LockoutRule {
  const rest = day - (now % day)
  return { free: most, first: rest, longest: rest, window: rest }
}

/** Factor by which the wider block may create more. */
export const widerSignUps = 10

/** Device codes that one person types (RFC 8628 §5.1). */
export const userCodeRule: LockoutRule = { free: 20, first: 2, longest: 900, window: hour }

/** Metadata documents that strangers make this server fetch, in ten minutes: callers of one address block, and from one host. */
export const mostDocuments = { ofBlock: 60, ofSite: 600, ofHost: 300 } as const

/** Beyond that there are no more until the ten minutes end; the count does not depend on when the last one was. */
export function documentRule(most: number, now: Seconds): LockoutRule {
  const rest = 600 - (now % 600)
  return { free: most, first: rest, longest: rest, window: rest }
}

/** An office shares one address. */
export const addressRule: LockoutRule = { free: 50, first: 2, longest: 900, window: hour }

/** A site shares a /48 of IPv6. */
export const widerAddressRule: LockoutRule = { free: 500, first: 2, longest: 900, window: hour }
