import { hashSecret, makeSecret, randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import type { Write } from '../../store/database.ts'
import { replaceMailToken } from '../../store/people/mail-tokens.ts'
import type { ProvenOwner } from '../../store/people/users.ts'
import { chooseLanguage } from '../../values/language.ts'
import { type Context, pathWith } from '../context.ts'
import { sendMail } from './mailer.ts'

/** An address that somebody says is theirs. */
export interface ClaimedEmail {
  readonly userId: string
  readonly username: string
  readonly email: string
  /** Why: they signed up, ask once more for the address that they have, or want another one than `before`. */
  readonly why: 'signed_up' | 'again' | { readonly before: string | undefined }
  /** Who has proven it already, if anybody. */
  readonly owner: ProvenOwner | undefined
}

export interface EmailLink {
  /** For the caller's batch, after the user is there. */
  readonly writes: readonly Write[]
  /** Once that batch took effect. */
  readonly send: () => void
}

/**
 * A link that proves an address. When somebody else has proven it, the work is the same, but they get a notice and the link
 * goes to nobody: who has an account is told to them alone.
 */
export function makeEmailLink(c: Context, claimed: ClaimedEmail): EmailLink {
  const { DB } = c.env
  const { now, reference, issuer, paths } = c.var
  const { userId, username, email, why, owner } = claimed
  const secret = makeSecret('mail')
  const purpose = typeof why === 'string' ? 'email_verification' : 'email_change'
  const event = { id: randomText(16), type: 'email_link_sent', reference, userId } as const
  const token = { hash: hashSecret(secret), purpose, userId, email } as const
  const url = issuer + pathWith(paths.emailConfirmation, { token: secret.plain })
  const resetUrl = issuer + paths.passwordReset
  return {
    writes: [...replaceMailToken(DB, token, now), ...noteEvent(DB, event, now)],
    send: () => {
      if (owner !== undefined && owner.id !== userId) {
        const taken = { name: 'emailTaken', username: owner.username, url: resetUrl } as const
        // As much work as for the mail to somebody new, whose language is not asked for.
        const known = { language: chooseLanguage(owner.languages, c.var.config.languages) }
        sendMail(c, owner.email, taken, { userId: owner.id, ...(why === 'signed_up' && known) })
      } else {
        const name = why === 'signed_up' ? 'signUp' : 'emailLink'
        // Of somebody who has just signed up nothing is known but the page that they did it on.
        const reader = why === 'signed_up' ? { userId, language: c.var.language } : { userId }
        sendMail(c, email, { name, username, url }, reader)
      }
      if (typeof why !== 'string' && why.before !== undefined) {
        sendMail(c, why.before, { name: 'emailChange', username, url: resetUrl }, { userId })
      }
    },
  }
}
