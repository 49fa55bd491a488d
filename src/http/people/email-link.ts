import type { Attempt } from '../../secrets/form-key.ts'
import { hashSecret, secretFrom } from '../../secrets/secret.ts'
import { type Write, write } from '../../store/database.ts'
import { replaceEmailLink } from '../../store/people/email-changes.ts'
import type { ProvenOwner } from '../../store/people/users.ts'
import { chooseLanguage } from '../../values/language.ts'
import { type Context, pathWith } from '../context.ts'
import { sendMail } from './mailer.ts'

/** An address that a person gives as theirs. */
export interface ClaimedEmail {
  readonly userId: string
  readonly username: string
  readonly email: string
  /** The reason: they signed up, request another link for their address, or want to replace `before`. */
  readonly why: 'signed_up' | 'again' | { readonly before: string | undefined }
  /** The person who has already confirmed it, if any. */
  readonly owner: ProvenOwner | undefined
  /** Of the form. However often it is sent, it has one link, which is mailed once. */
  readonly attempt: Attempt
}

export interface EmailLink {
  /** For the caller's batch, after the user exists. */
  readonly writes: readonly Write[]
  /** Called after that batch took effect. */
  readonly send: () => void
}

/**
 * A link that confirms an address. If another person has confirmed it, the work is the same, but that person gets a notice and
 * nobody gets the link: only the owner learns that there is an account.
 */
export function makeEmailLink(c: Context, claimed: ClaimedEmail): EmailLink {
  const { DB } = c.env
  const { now, reference, issuer, paths } = c.var
  const { userId, username, email, why, owner, attempt } = claimed
  const secret = secretFrom('mail', attempt.newSeed)
  const about = hashSecret(secret)
  const purpose = typeof why === 'string' ? 'email_verification' : 'email_change'
  const event = { id: attempt.idFor('link'), type: 'email_link_sent', reference, userId } as const
  const token = { hash: about, purpose, userId, email } as const
  const url = issuer + pathWith(paths.emailConfirmation, { token: secret.plain })
  const resetUrl = issuer + paths.passwordReset
  return {
    writes: replaceEmailLink(DB, token, event, now),
    send: () => {
      if (owner !== undefined && owner.id !== userId) {
        const taken = { name: 'emailTaken', username: owner.username, url: resetUrl } as const
        // The same work as for the mail to a new person, whose language is not looked up.
        const known = { language: chooseLanguage(owner.languages, c.var.config.languages) }
        sendMail(c, owner.email, taken, { userId: owner.id, ...(why === 'signed_up' && known), about })
      } else {
        const name = why === 'signed_up' ? 'signUp' : 'emailLink'
        // A new person's only known language is that of the page where they signed up.
        const reader = why === 'signed_up' ? { userId, language: c.var.language } : { userId }
        sendMail(c, email, { name, username, url }, { ...reader, about })
      }
      if (typeof why !== 'string' && why.before !== undefined) {
        sendMail(c, why.before, { name: 'emailChange', username, url: resetUrl }, { userId, about })
      }
    },
  }
}

/** The link by itself, for somebody who has an account. */
export async function mailEmailLink(c: Context, claimed: ClaimedEmail): Promise<void> {
  const link = makeEmailLink(c, claimed)
  await write(c.env.DB, link.writes, {})
  link.send()
}
