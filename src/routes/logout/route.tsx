import type { Context } from '../../http/context.ts'
import { readFormBody } from '../../http/form-body.ts'
import { isOwnForm } from '../../http/form-token.ts'
import { refusePage, showPage, siteFor } from '../../http/pages.tsx'
import { currentSession, forgetSessionCookie, presentedSession } from '../../http/session.ts'
import { hashSecret, randomText } from '../../secrets/secret.ts'
import { insertAuditEvent } from '../../store/audit-events.ts'
import { write } from '../../store/database.ts'
import { deleteSession } from '../../store/sessions.ts'
import { LogoutPage, SignedOutPage } from './page.tsx'

/** GET /logout asks: a link on another site must not sign anybody out. */
export async function getLogout(c: Context): Promise<Response> {
  const session = await currentSession(c)
  const site = siteFor(c, session)
  return showPage(c, session === undefined ? <SignedOutPage site={site} /> : <LogoutPage site={site} />)
}

/** POST /logout */
export async function postLogout(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) return refusePage(c, undefined, body.status, 'This request can’t be read', body.description)
  const presented = presentedSession(c)
  if (presented === undefined) return c.redirect(c.var.paths.logout, 303)
  const session = await currentSession(c)
  if (!isOwnForm(c, body.pairs)) {
    return refusePage(c, session, 403, 'You are still signed in', 'Press “Sign out” once more.')
  }
  const { DB } = c.env
  const event = {
    id: randomText(16),
    type: 'sign_out',
    reference: c.var.reference,
    userId: session?.user.id,
  } as const
  await write(DB, [deleteSession(DB, hashSecret(presented)), insertAuditEvent(DB, event, c.var.now)], {})
  forgetSessionCookie(c)
  return c.redirect(c.var.paths.logout, 303)
}
