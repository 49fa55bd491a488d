import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail } from '../../../http/people/mailer.ts'
import { refuseWithoutMail } from '../../../http/people/without-mail.ts'
import { PasswordResetDonePage } from './page.tsx'

/** GET /password-reset/done */
export function get(c: Context<'start'>): Response | Promise<Response> {
  if (!canMail(c)) return refuseWithoutMail(c)
  return showPage(c, <PasswordResetDonePage site={siteFor(c, undefined)} />)
}
