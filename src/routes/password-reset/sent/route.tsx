import type { Context } from '../../../http/context.ts'
import { answerNotFound } from '../../../http/failures.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail } from '../../../http/people/mailer.ts'
import { PasswordResetSentPage } from './page.tsx'

/** GET /password-reset/sent */
export function get(c: Context): Response | Promise<Response> {
  if (!canMail(c)) return answerNotFound(c)
  const hasOutbox = c.var.config.mail.mailer === 'outbox'
  return showPage(c, <PasswordResetSentPage site={siteFor(c, undefined)} hasOutbox={hasOutbox} />)
}
