import type { Seconds } from '../../values/time.ts'

/**
 * How many attempts are free, and how the wait grows: the first attempt over `free` is answered after 2 s, the next after 4,
 * up to `longest`. An attempt is counted before the password is looked at, so that parallel guesses can't slip by. Attempts
 * older than `window` are forgotten.
 */
export interface LockoutRule {
  readonly free: number
  readonly longest: Seconds
  readonly window: Seconds
}

/** An account can be slowed by a stranger, never shut for long. */
export const accountRule: LockoutRule = { free: 5, longest: 900, window: 86_400 }

/** Mails that anybody can ask for, to one mailbox. The longest wait is as long as the last link is good. */
export const mailRule: LockoutRule = { free: 3, longest: 3600, window: 86_400 }

/** Forms that create an account, from one address. Each also tells whether a username is taken. */
export const signUpRule: LockoutRule = { free: 20, longest: 900, window: 3600 }

/** Codes of devices that one person types (RFC 8628 §5.1). */
export const userCodeRule: LockoutRule = { free: 20, longest: 900, window: 3600 }

/** An office shares one address. */
export const addressRule: LockoutRule = { free: 50, longest: 900, window: 3600 }
