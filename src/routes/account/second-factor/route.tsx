import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { parseNextPath } from '../../../rules/sign-in/next-path.ts'
import { hasTwoFactors } from '../../../rules/sign-in/step-up.ts'
import { SecondFactorPage } from './page.tsx'

/** GET /account/second-factor?next=… For a person who needs a second factor and has none: they set it up, and continue. */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const next = parseNextPath(c.req.query('next')) ?? c.var.paths.account
  if (hasTwoFactors(session.amr)) return c.redirect(next, 303)
  return showPage(c, <SecondFactorPage site={siteFor(c, session)} next={next} />)
}
