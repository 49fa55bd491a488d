import type { Seconds } from '../../values/time.ts'

/** One mail, ready to send: the same words as plain text and as simple HTML. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** What a link in a mail is for. A link of one purpose is never accepted for another. */
export type MailPurpose = 'password_reset' | 'email_verification' | 'email_change'

/** How long an invitation is good. */
export const invitationLifetime: Seconds = 7 * 86_400

/** How long a link is good. */
export const mailLinkLifetime: Seconds = 3600
