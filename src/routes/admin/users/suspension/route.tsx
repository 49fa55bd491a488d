import { suspend } from '../../../../acts/people/standing.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfSuspension } from '../../../../http/people/mailer.ts'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findUserStanding } from '../../../../store/people/standing.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { SuspendUserPage } from './page.tsx'

/** /admin/users/{id}/suspension: POST takes `suspended`, true or false. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const { found } = await read(DB, { found: findUserStanding(DB, userIdOf(c), c.var.now) })
  if (found === undefined) return showNothing(c, session)
  if (found.user.id === session.user.id) return refuseSelf(c, session)
  const site = siteFor(c, session)
  const page = <SuspendUserPage site={site} {...found} attempt={makeAttempt()} problem={shown.problem} />
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context<'admin'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const { issuer, paths } = c.var
  const userId = userIdOf(c)
  const suspended = pairs.get('suspended') !== 'false'
  const { done, changed } = await suspend(doingOf(c, form), userId, suspended, issuer)
  if (!done) return userId === session.user.id ? refuseSelf(c, session) : showNothing(c, session)
  deliverLogoutsSoon(c)
  if (changed !== undefined) tellOfSuspension(c, changed, suspended, form.attempt.id)
  return c.redirect(
    pathWith(paths.adminUser(userId), { saved: suspended ? 'user_suspended' : 'user_resumed' }),
    303,
  )
}

function refuseSelf(c: Context<'admin'>, session: Session) {
  const { self, selfAdvice } = siteFor(c, session).texts.admin.suspendUser
  return refusePage(c, session, 403, self, selfAdvice)
}
