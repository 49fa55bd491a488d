import { createHash } from 'node:crypto'

/** What is counted: attempts at an account, mails to a mailbox, and what comes from one address of the network. */
export type AttemptKind =
  | 'account'
  | 'address'
  | 'mail'
  | 'mail-address'
  | 'sign-up-address'
  | 'device'
  | 'device-address'

/** Under which name attempts are counted. Hashed, so that the table is no list of who tried. */
export function attemptSubject(kind: AttemptKind, value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('base64url')}`
}
