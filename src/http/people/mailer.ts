import { type CallFailure, callOut } from '../../acts/outgoing.ts'
import type { MailSettings } from '../../config.ts'
import type { Mail } from '../../rules/people/mail.ts'
import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { always, write } from '../../store/database.ts'
import type { User } from '../../store/people/users.ts'
import { insertKeptMail } from '../../store/server/outbox.ts'
import { fillText } from '../../ui/words/fill.tsx'
import { type Letter, writeMail } from '../../ui/words/letter.tsx'
import { deviceName } from '../../values/device-name.ts'
import type { Context } from '../context.ts'
import { readMailTexts } from '../language.ts'
import { peerAddress } from '../peer.ts'

/** The API did not take a mail. Nothing of what it said: that may name the address. */
class MailRefused extends Error {
  override name = 'MailRefused'
  readonly status: number | undefined

  constructor(failure: CallFailure, status: number | undefined) {
    super(`The mail API did not take the mail: ${failure}`)
    this.status = status
  }
}

type Mailer = (c: Context, mail: Mail, settings: MailSettings) => Promise<void>

/** How a mail leaves, by the setting MAILER. Each throws when it could not hand the mail over. */
const mailers: Record<MailSettings['mailer'], Mailer> = {
  off: async () => {},

  outbox: async (c, mail) => {
    await write(c.env.DB, [insertKeptMail(c.env.DB, randomText(16), mail, c.var.now)], {})
  },

  send_email: async ({ env }, { to, subject, text, html }, { from }) => {
    if (env.EMAIL === undefined) throw new Error('The binding EMAIL is missing')
    await env.EMAIL.send({ from, to, subject, text, html })
  },

  /** What Cloudflare's and Resend's APIs take. */
  http: async ({ var: { issuer } }, { to, subject, text, html }, { from, apiUrl, apiToken }) => {
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

/** Whether a mail can leave at all. What rests on one is not offered otherwise. */
export function canMail(c: Context): boolean {
  return c.var.config.mail.mailer !== 'off'
}

/**
 * Nobody waits for it, and whether it works changes no answer: how long a page takes tells nothing of who exists. A failure is
 * for the log and the audit, without the address.
 */
export function sendMail(c: Context, to: string, letter: Letter, userId: string | undefined): void {
  c.executionCtx.waitUntil(deliver(c, to, letter).catch((error: unknown) => noteFailure(c, error, userId)))
}

/** Whoever has an address hears that the ways to sign in as them have changed: it may have been somebody else. */
export function tellOfChange(c: Context, { id, username, email }: User): void {
  tell(c, { id, email }, { name: 'waysChanged', username, url: c.var.issuer + c.var.paths.accountActivity })
}

/** Writes to somebody, if they have an address. */
export function tell(c: Context, { id, email }: Pick<User, 'id' | 'email'>, letter: Letter): void {
  if (email !== undefined && canMail(c)) sendMail(c, email, letter, id)
}

/** In the language of whoever makes us write. From where they ask, the person who gets the mail is told. */
async function deliver(c: Context, to: string, letter: Letter): Promise<void> {
  const { config, issuer } = c.var
  const { language, mails } = await readMailTexts(c)
  const device = deviceOf(c)
  const address = peerAddress(c)
  const asker = address === undefined ? device : fillText(mails.from, { device, address })
  const mail = writeMail(to, letter, { issuer, asker }, mails, language)
  await mailers[config.mail.mailer](c, mail, config.mail)
}

async function noteFailure(c: Context, error: unknown, userId: string | undefined): Promise<void> {
  const { DB } = c.env
  const { now, reference } = c.var
  // What an API says may name the address: of a foreign error only its kind is kept.
  const reason = error instanceof Error ? error.name : 'It failed'
  const status = error instanceof MailRefused ? error.status?.toString() : undefined
  console.error(JSON.stringify({ event: 'mail_failed', reference, reason, status }))
  const event = { id: randomText(16), type: 'mail_failed', reference, userId, detail: status } as const
  await write(DB, noteEvent(DB, event, now, always, 3), {}).catch(() => undefined)
}

/** What people call the device that a request comes from. */
export function deviceOf(c: Context): string {
  return deviceName(c.req.header('user-agent'), c.var.messages.devices)
}
