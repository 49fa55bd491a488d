import { handOverMail } from '../acts/people/hand-over-mail.ts'
import type { Config } from '../config.ts'
import { readMailTexts } from '../http/language.ts'
import { fileReader } from '../http/static-file.ts'
import { makePaths } from '../paths.ts'
import { mostCounted, type QueueNotice } from '../store/server/maintenance-runs.ts'
import { writeMail } from '../ui/words/letter.tsx'
import { writeCount } from '../ui/words/plural.ts'
import { chooseLanguage } from '../values/language.ts'
import type { Seconds } from '../values/time.ts'

/** The bindings that a mail of the schedule needs. */
export interface Post {
  readonly assets: Fetcher
  readonly email: SendEmail | undefined
}

/** Without an issuer there is no link for a mail. */
export function canTell(config: Config, post: Post | undefined): boolean {
  return post !== undefined && config.issuer !== undefined && config.mail.mailer !== 'off'
}

/**
 * Tells administrators that applications wait for their approval. The mail names none of them: strangers chose their names. One
 * that fails goes to the log, and stops no other.
 */
export async function tellOfQueue(
  db: D1Database,
  config: Config,
  post: Post | undefined,
  { waiting, administrators }: QueueNotice,
  now: Seconds,
): Promise<void> {
  const { issuer } = config
  if (post === undefined || issuer === undefined) return
  const readFile = fileReader(post.assets, issuer)
  const url = `${issuer}${makePaths(config.oauthPath).adminApplications}?approval=waiting`
  for (const { username, email, languages } of administrators) {
    const wished = chooseLanguage(languages, config.languages)
    const { language, mails } = await readMailTexts(readFile, wished)
    const number = writeCount(waiting, mostCounted, language)
    const letter = { name: 'applicationsWait', username, url, number } as const
    const mail = writeMail(email, letter, { issuer, asker: '' }, mails, language)
    const office = { db, email: post.email, settings: config.mail, issuer, now }
    await handOverMail(mail, office).catch((error: unknown) => {
      const reason = error instanceof Error ? error.name : 'It failed'
      console.error(JSON.stringify({ event: 'mail_failed', reason }))
    })
  }
}
