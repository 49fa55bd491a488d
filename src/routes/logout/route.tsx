import type { Context } from '../../http/context.ts'
import { readPageForm } from '../../http/form-body.ts'
import { isOwnForm, whyNotOwn } from '../../http/form-token.ts'
import { findWayOut, leaveProvider, signedOutPath } from '../../http/openid/provider-way-out.ts'
import { refusePage, showPage, siteFor } from '../../http/pages.tsx'
import { currentSession } from '../../http/sign-in/session.ts'
import { signOut } from '../../http/sign-in/sign-out.tsx'
import { LogoutPage, SignedOutPage } from './page.tsx'

/**
 * GET /logout?with=… asks: a link on another site must not sign anybody out. `with`: the connection by which the person had come,
 * for a link that signs them out there too.
 */
export async function get(c: Context): Promise<Response> {
  const session = await currentSession(c)
  const site = siteFor(c, session)
  if (session !== undefined) return showPage(c, <LogoutPage site={site} />)
  return showPage(c, <SignedOutPage site={site} there={await findWayOut(c, c.req.query('with') ?? '')} />)
}

/** POST /logout. `with`, once nobody is signed in here any more: the connection at whose provider to sign out too. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const session = await currentSession(c)
  if (session !== undefined && !isOwnForm(c, pairs)) {
    // Another tab signed in: the same question again, for the person who is signed in now.
    if (whyNotOwn(c) === 'outdated') return c.redirect(c.var.paths.logout, 303)
    const { failure } = c.var.messages
    return refusePage(c, session, 403, failure.stillSignedIn, failure.stillSignedInAdvice, {
      onward: { href: c.var.paths.logout, text: c.var.messages.signOut.submit },
    })
  }
  const there = pairs.get('with')
  if (session === undefined && there !== null && isOwnForm(c, pairs)) return leaveProvider(c, there)
  return signOut(c, session, signedOutPath(c, session))
}
