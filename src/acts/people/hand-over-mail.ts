import type { MailSettings } from '../../config.ts'
import type { Mail } from '../../rules/people/mail.ts'
import { randomText } from '../../secrets/secret.ts'
import { write } from '../../store/database.ts'
import { insertKeptMail } from '../../store/server/outbox.ts'
import type { Seconds } from '../../values/time.ts'
import { type CallFailure, callOut } from '../outgoing.ts'

/** The API did not accept a mail. Contains nothing of its answer, which may include the address. */
export class MailRefused extends Error {
  override name = 'MailRefused'
  readonly status: number | undefined

  constructor(failure: CallFailure, status: number | undefined) {
    super(`The mail API did not accept the mail: ${failure}${status === undefined ? '' : ` (${status})`}`)
    this.status = status
  }
}

/** The means of sending a mail. */
export interface PostOffice {
  readonly db: D1Database
  /** The binding EMAIL. */
  readonly email: SendEmail | undefined
  readonly settings: MailSettings
  readonly issuer: string
  readonly now: Seconds
}

type Mailer = (mail: Mail, office: PostOffice) => Promise<void>

const mailers: Record<MailSettings['mailer'], Mailer> = {
  off: async () => {},

  outbox: async (mail, { db, now }) => {
    await write(db, [insertKeptMail(db, randomText(16), mail, now)], {})
  },

  send_email: async ({ to, subject, text, html }, { email, settings: { from } }) => {
    if (email === undefined) throw new Error('The binding EMAIL is missing')
    await email.send({ from, to, subject, text, html })
  },

  /** The request format of Cloudflare's and Resend's APIs. */
  http: async ({ to, subject, text, html }, { issuer, settings: { from, apiUrl, apiToken } }) => {
    const called = await callOut({
      url: apiUrl,
      issuer,
      method: 'POST',
      headers: { Authorization: `Bearer ${apiToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ from, to, subject, text, html }),
      timeout: 10_000,
      about: { call: 'MAIL_API_URL' },
    })
    if (!called.ok) throw new MailRefused(called.failure, called.status)
  },
}

/** Hands a mail over to the configured MAILER. Throws when that fails. */
export function handOverMail(mail: Mail, office: PostOffice): Promise<void> {
  return mailers[office.settings.mailer](mail, office)
}

/** Why a mail could not be handed over, for the operator only: the answer may contain the address. */
export async function tryMail(mail: Mail, office: PostOffice): Promise<string | undefined> {
  try {
    await handOverMail(mail, office)
    return undefined
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).slice(0, 300)
  }
}
