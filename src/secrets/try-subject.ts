import { createHash } from 'node:crypto'

/** What attempts are counted for: at an account, from a block of addresses, to a mailbox, and pairs of them. */
export type AttemptKind =
  /** Passwords of an account from browsers that it does not know: all together, and by address block. */
  | 'account'
  | 'account-block'
  /** Passwords of an account from one browser that it knows. */
  | 'account-browser'
  /** The own password of somebody who is signed in, by session. */
  | 'own-password'
  | 'address'
  /** Mails to a mailbox: all together, by address block, and from one browser that the account knows. */
  | 'mail'
  | 'mail-block'
  | 'mail-browser'
  | 'mail-address'
  /** Sign-ups from an address block: with usernames that are taken, and accounts of one day. */
  | 'taken-name-address'
  | 'sign-ups'
  /** Codes of a second factor: all together, by address block, and from one browser that the account knows. */
  | 'code'
  | 'code-block'
  | 'code-browser'
  | 'device'
  | 'device-address'
  | 'pushing-address'
  | 'registration-address'
  /** Documents of sectors that this server is made to fetch. */
  | 'sector-address'

/** What counts against the owner of an account when strangers try to get in: a reset, and an administrator, begin it anew. */
export function subjectsOfAccount(usernameKey: string, userId: string): readonly string[] {
  return [
    attemptSubject('account', usernameKey),
    attemptSubject('account-block', usernameKey),
    attemptSubject('code', userId),
    attemptSubject('code-block', userId),
  ]
}

/** Under which name attempts are counted. Hashed, so that the table is no list of who tried. */
export function attemptSubject(kind: AttemptKind, ...values: readonly [string, ...string[]]): string {
  return [kind, ...values.map((value) => createHash('sha256').update(value).digest('base64url'))].join(':')
}
