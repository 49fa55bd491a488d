import { handOverMail, MailRefused, type PostOffice, tryMail } from '../../acts/people/hand-over-mail.ts'
import type { Mail } from '../../rules/people/mail.ts'
import { randomText } from '../../secrets/secret.ts'
import { noteEvent } from '../../store/audit-events.ts'
import { read, write } from '../../store/database.ts'
import { findMailLanguages } from '../../store/people/languages.ts'
import { claimMail, type MailSubject } from '../../store/people/mail-tokens.ts'
import type { User } from '../../store/people/users.ts'
import { always } from '../../store/sql.ts'
import { fillText } from '../../ui/words/fill.tsx'
import { type Letter, writeMail } from '../../ui/words/letter.tsx'
import { deviceName } from '../../values/device-name.ts'
import { chooseLanguage, type Language } from '../../values/language.ts'
import type { Context } from '../context.ts'
import { readMailTexts } from '../language.ts'
import { peerAddress } from '../peer.ts'
import { readStaticFile } from '../static-file.ts'

/** Whether mail can be sent at all. Without it, features that need mail are not offered. */
export function canMail(c: Context): boolean {
  return c.var.config.mail.mailer !== 'off'
}

/** The receiver of a mail. */
export interface Reader {
  /** Their account; without `language` the stored language is looked up. */
  readonly userId: string | undefined
  /** For a person without an account, or whose account was deleted. */
  readonly language?: Language
  /** The stored ones, the best first, if they were read already. */
  readonly languages?: readonly string[]
  /**
   * The event of the act that the mail is about, or the link in it. The first request that can does it: a form sent again does not.
   */
  readonly about?: MailSubject
}

/**
 * In the background, and without effect on the answer: response times reveal nothing about accounts. A failure goes to the log
 * and the audit log, without the address.
 */
export function sendMail(c: Context, to: string, letter: Letter, reader: Reader): void {
  const sent = deliver(c, to, letter, reader)
  c.executionCtx.waitUntil(sent.catch((error: unknown) => noteFailure(c, error, reader.userId)))
}

/** Notifies the owner of a changed way to sign in: somebody else may have changed it. */
export function tellOfChange(c: Context, { id, username, email }: User, event: string): void {
  const url = c.var.issuer + c.var.paths.accountActivity
  tell(c, { id, email }, { name: 'waysChanged', username, url }, { about: event })
}

/** The answer of an act may be lost, and nobody can send its form again: if it happened, the mail about it is sent. */
export async function tellEvenIfLost<T>(act: Promise<T>, tellThem: () => void): Promise<T> {
  try {
    return await act
  } catch (error) {
    tellThem()
    throw error
  }
}

/** Notifies a person whose account was suspended, or is no longer. */
export function tellOfSuspension(
  c: Context,
  user: Pick<User, 'id' | 'username' | 'email'>,
  suspended: boolean,
  event: string,
): void {
  const { username } = user
  const url = c.var.issuer + c.var.paths.login
  tell(c, user, suspended ? { name: 'suspended', username } : { name: 'resumed', username, url }, {
    about: event,
  })
}

/** Writes to a person, if they have an address. */
export function tell(
  c: Context,
  { id, email }: Pick<User, 'id' | 'email'>,
  letter: Letter,
  more: Pick<Reader, 'language' | 'about'> = {},
): void {
  if (email !== undefined && canMail(c)) sendMail(c, email, letter, { userId: id, ...more })
}

/** Never the language of the person who triggered the mail. */
async function languageOfReader(c: Context, { userId, languages }: Reader): Promise<Language> {
  const { DB } = c.env
  const offered = c.var.config.languages
  if (languages !== undefined || userId === undefined) return chooseLanguage(languages ?? [], offered)
  const { known } = await read(DB, { known: findMailLanguages(DB, userId) })
  return chooseLanguage(known, offered)
}

async function deliver(c: Context, to: string, letter: Letter, reader: Reader): Promise<void> {
  const { about } = reader
  if (about !== undefined && !(await isFirst(c, letter.name, about))) return
  await handOverMail(await compose(c, to, letter, reader), officeOf(c))
}

/** Nobody else would write after a claim whose answer was lost, so it is asked for once more. */
async function isFirst(c: Context, kind: Letter['name'], about: MailSubject): Promise<boolean> {
  const claim = claimMail(c.env.DB, { kind, about }, randomText(6), c.var.now)
  const ask = () => read(c.env.DB, { mine: claim })
  return (await ask().catch(ask)).mine
}

/** The recipient is told the device and address it was triggered from. */
async function compose(c: Context, to: string, letter: Letter, reader: Reader): Promise<Mail> {
  const { issuer } = c.var
  // Looked up in any case: a mail to a new person takes the same work as one to the owner of the address.
  const known = await languageOfReader(c, reader)
  const wished = reader.language ?? known
  const { language, mails, devices } = await readMailTexts((path) => readStaticFile(c, path), wished)
  const device = deviceName(c.req.header('user-agent'), devices)
  const address = peerAddress(c)
  const asker = address === undefined ? device : fillText(mails.from, { device, address })
  return writeMail(to, letter, { issuer, asker }, mails, language)
}

/** The mailer for this request. */
function officeOf(c: Context): PostOffice {
  const { config, issuer, now } = c.var
  return { db: c.env.DB, email: c.env.EMAIL, settings: config.mail, issuer, now }
}

/** Sends one test mail. Returns the error if it failed; undefined when it was handed over. */
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
  // An API's message may contain the address: for a foreign error only its kind is recorded.
  const reason = error instanceof Error ? error.name : 'It failed'
  const status = error instanceof MailRefused ? error.status?.toString() : undefined
  console.error(JSON.stringify({ event: 'mail_failed', reference, reason, status }))
  const event = { id: randomText(16), type: 'mail_failed', reference, userId, detail: status } as const
  await write(DB, noteEvent(DB, event, now, always, 3), {}).catch(() => undefined)
}

/** The name of the requesting device. */
export function deviceOf(c: Context): string {
  return deviceName(c.req.header('user-agent'), c.var.messages.devices)
}
