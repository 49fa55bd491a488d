import { resetFactorsOf } from '../../../../acts/sign-in/reset-factors.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tell } from '../../../../http/people/mailer.ts'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import { findFactors } from '../../../../store/sign-in/factors.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ResetFactorsPage } from './page.tsx'

/** /admin/users/{id}/factors: POST is for a person who lost them. They are notified by mail. */
export const { get, post } = asking({ ask, act })

/** The page does not exist if there is nothing to reset. */
async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const userId = userIdOf(c)
  const { user, factors } = await read(DB, {
    user: findUser(DB, userId),
    factors: findFactors(DB, { userId }),
  })
  const isEmpty = !factors.hasAuthenticator && factors.passkeys === 0
  if (user === undefined || userId === session.user.id || isEmpty) return showNothing(c, session)
  const page = (
    <ResetFactorsPage
      site={siteFor(c, session)}
      user={user}
      factors={factors}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const { issuer, paths } = c.var
  const userId = userIdOf(c)
  const { done, changed } = await resetFactorsOf(doingOf(c, form), userId, issuer)
  if (!done) return showNothing(c, form.session)
  deliverLogoutsSoon(c)
  if (changed !== undefined) {
    const letter = { name: 'factorsReset', username: changed.username, url: issuer + paths.account } as const
    tell(c, changed, letter, { about: form.attempt.id })
  }
  return c.redirect(pathWith(paths.adminUser(userId), { saved: 'factors_reset' }), 303)
}
