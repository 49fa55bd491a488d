import { env } from 'cloudflare:workers'

export interface SentMail {
  readonly recipient: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The mails to a person, the newest last. */
export async function mailsTo(recipient: string): Promise<readonly SentMail[]> {
  const { results } = await env.DB.prepare('SELECT * FROM outbox WHERE recipient = ? ORDER BY number')
    .bind(recipient)
    .all<SentMail & Record<string, unknown>>()
  return results
}

/** The path of the link in the newest mail to a person. */
export async function linkTo(recipient: string): Promise<string> {
  const mail = (await mailsTo(recipient)).at(-1)
  const [url] = /https?:\/\/\S+\?\S+/.exec(mail?.text ?? '') ?? []
  if (url === undefined) throw new Error(`No link was mailed to ${recipient}`)
  const { pathname, search } = new URL(url)
  return pathname + search
}
