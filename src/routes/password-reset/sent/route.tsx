import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail } from '../../../http/people/mailer.ts'
import { refuseWithoutMail } from '../../../http/people/without-mail.ts'
import { PasswordResetSentPage } from './page.tsx'

/** GET /password-reset/sent */
export function get(c: Context<'start'>): Response | Promise<Response> {
  if (!canMail(c)) return refuseWithoutMail(c)
  const hasOutbox = c.var.config.mail.mailer === 'outbox'
  return showPage(c, <PasswordResetSentPage site={siteFor(c, undefined)} hasOutbox={hasOutbox} />)
}
