import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail } from '../../../http/people/mailer.ts'
import { refuseWithoutMail } from '../../../http/people/without-mail.ts'
import { read } from '../../../store/database.ts'
import { hasEnforcedRealms } from '../../../store/sign-in/realms.ts'
import { PasswordResetSentPage } from './page.tsx'

/** GET /password-reset/sent */
export async function get(c: Context<'start'>): Promise<Response> {
  if (!canMail(c)) return refuseWithoutMail(c)
  const hasOutbox = c.var.config.mail.mailer === 'outbox'
  // The same for everybody: nothing is told about an account.
  const { hasCompanies } = await read(c.env.DB, { hasCompanies: hasEnforcedRealms(c.env.DB) })
  const site = siteFor(c, undefined)
  return showPage(c, <PasswordResetSentPage site={site} hasCompanies={hasCompanies} hasOutbox={hasOutbox} />)
}
