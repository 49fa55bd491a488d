import type { Seconds } from '../../values/time.ts'

/** One mail, ready to send: the same text as plain text and as simple HTML. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The purpose of a link in a mail. A link of one purpose is never accepted for another. */
export type MailPurpose = 'password_reset' | 'email_verification' | 'email_change'

/** The lifetime of an invitation. */
export const invitationLifetime: Seconds = 7 * 86_400

/** The lifetime of a link. */
export const mailLinkLifetime: Seconds = 3600
