import type { Context } from '../../../http/context.ts'
import { answerNotFound } from '../../../http/failures.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { currentSession } from '../../../http/sign-in/session.ts'
import { read } from '../../../store/database.ts'
import { listKeptMails } from '../../../store/server/outbox.ts'
import { isLoopbackHost } from '../../../values/loopback.ts'
import { OutboxPage } from './page.tsx'

/** GET /dev/outbox: the mails of a development server, with their links. Elsewhere it does not exist. */
export async function get(c: Context<'start'>): Promise<Response> {
  const isLocal = isLoopbackHost(new URL(c.var.issuer).hostname)
  if (!isLocal || c.var.config.mail.mailer !== 'outbox') return answerNotFound(c)
  const session = await currentSession(c)
  const { mails } = await read(c.env.DB, { mails: listKeptMails(c.env.DB, 50) })
  return showPage(c, <OutboxPage site={siteFor(c, session)} mails={mails} />)
}
