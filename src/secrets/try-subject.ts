import { hash } from 'node:crypto'

/** Subjects that attempts are counted for: an account, a block of addresses, a mailbox, and pairs of them. */
export type AttemptKind =
  /** Passwords of an account from unknown browsers: all together, and by address block. */
  | 'account'
  | 'account-block'
  /** Passwords of an account from one known browser. */
  | 'account-browser'
  /** The own password of a signed-in person, by session. */
  | 'own-password'
  | 'address'
  /** Mails to a mailbox: all together, by address block, and from one known browser. */
  | 'mail'
  | 'mail-block'
  | 'mail-browser'
  | 'mail-address'
  /** Sign-ups from an address block: with taken usernames, and accounts per day. */
  | 'taken-name-address'
  | 'sign-ups'
  /** Codes of a second factor: all together, by address block, and from one known browser. */
  | 'code'
  | 'code-block'
  | 'code-browser'
  | 'device'
  | 'device-address'
  /** Mails about requests of applications, by the person asked. */
  | 'backchannel'
  | 'pushing-address'
  | 'registration-address'
  /** Fetches of sector documents, and of metadata documents, that callers cause: by their address block, and by the host asked. */
  | 'sector-address'
  | 'document-address'
  | 'document-host'

/** Counters that strangers can raise against the owner of an account: a password reset, or an administrator, clears them. */
export function subjectsOfAccount(usernameKey: string, userId: string): readonly string[] {
  return [
    attemptSubject('account', usernameKey),
    attemptSubject('account-block', usernameKey),
    attemptSubject('code', userId),
    attemptSubject('code-block', userId),
  ]
}

/** The key under which attempts are counted. Hashed, so that the table does not list people or addresses. */
export function attemptSubject(kind: AttemptKind, ...values: readonly [string, ...string[]]): string {
  return [kind, ...values.map((value) => hash('sha256', value, 'base64url'))].join(':')
}
