import { handOverMail, MailRefused, type PostOffice, tryMail } from '../../acts/people/hand-over-mail.ts'
import type { Mail } from '../../rules/people/mail.ts'
import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { read, write } from '../../store/database.ts'
import { findMailLanguages } from '../../store/people/languages.ts'
import type { User } from '../../store/people/users.ts'
import { always } from '../../store/sql.ts'
import { fillText } from '../../ui/words/fill.tsx'
import { type Letter, writeMail } from '../../ui/words/letter.tsx'
import { deviceName } from '../../values/device-name.ts'
import { chooseLanguage, type Language } from '../../values/language.ts'
import type { Context } from '../context.ts'
import { readMailTexts } from '../language.ts'
import { peerAddress } from '../peer.ts'

/** Whether a mail can leave at all. What rests on one is not offered otherwise. */
export function canMail(c: Context): boolean {
  return c.var.config.mail.mailer !== 'off'
}

/** Somebody who gets a mail. */
export interface Reader {
  /** Whose account it is; without `language` they read the language that is known of it. */
  readonly userId: string | undefined
  /** Of somebody who has no account, or none any more. */
  readonly language?: Language
  /** Those that are known of the account, the best first, where they were read with it. */
  readonly languages?: readonly string[]
}

/**
 * Nobody waits for it, and whether it works changes no answer: how long a page takes tells nothing of who exists. A failure is
 * for the log and the audit, without the address.
 */
export function sendMail(c: Context, to: string, letter: Letter, reader: Reader): void {
  const sent = deliver(c, to, letter, reader)
  c.executionCtx.waitUntil(sent.catch((error: unknown) => noteFailure(c, error, reader.userId)))
}

/** Whoever has an address hears that the ways to sign in as them have changed: it may have been somebody else. */
export function tellOfChange(c: Context, { id, username, email }: User): void {
  tell(c, { id, email }, { name: 'waysChanged', username, url: c.var.issuer + c.var.paths.accountActivity })
}

/** Writes to somebody, if they have an address. */
export function tell(
  c: Context,
  { id, email }: Pick<User, 'id' | 'email'>,
  letter: Letter,
  language?: Language,
): void {
  if (email !== undefined && canMail(c))
    sendMail(c, email, letter, { userId: id, ...(language && { language }) })
}

/** Never that of the person who makes us write. */
async function languageOfReader(c: Context, { userId, languages }: Reader): Promise<Language> {
  const { DB } = c.env
  const offered = c.var.config.languages
  if (languages !== undefined || userId === undefined) return chooseLanguage(languages ?? [], offered)
  const { known } = await read(DB, { known: findMailLanguages(DB, userId) })
  return chooseLanguage(known, offered)
}

async function deliver(c: Context, to: string, letter: Letter, reader: Reader): Promise<void> {
  await handOverMail(await compose(c, to, letter, reader), officeOf(c))
}

/** From where the mail was caused, the person who gets it is told. */
async function compose(c: Context, to: string, letter: Letter, reader: Reader): Promise<Mail> {
  const { issuer } = c.var
  // Asked in any case: a mail to somebody who has signed up takes the same work as one to the person who has the address already.
  const known = await languageOfReader(c, reader)
  const wished = reader.language ?? known
  const { language, mails, devices } = await readMailTexts(c, wished)
  const device = deviceName(c.req.header('user-agent'), devices)
  const address = peerAddress(c)
  const asker = address === undefined ? device : fillText(mails.from, { device, address })
  return writeMail(to, letter, { issuer, asker }, mails, language)
}

/** What mails of this request leave through. */
function officeOf(c: Context): PostOffice {
  const { config, issuer, now } = c.var
  return { db: c.env.DB, email: c.env.EMAIL, settings: config.mail, issuer, now }
}

/** One mail to see whether mails leave. What came back when it did not; undefined when it was handed over. */
export async function sendTestMail(
  c: Context,
  { id, username }: User,
  to: string,
): Promise<string | undefined> {
  return tryMail(await compose(c, to, { name: 'test', username }, { userId: id }), officeOf(c))
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
