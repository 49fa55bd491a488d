import { unlinkIdentityOf } from '../../../../acts/sign-in/unlink-identity.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { identityKey, identityOf } from '../../../../http/sign-in/path-identity.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { holds, read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import { isNotLastWay } from '../../../../store/sign-in/factors.ts'
import { findOwnIdentity } from '../../../../store/sign-in/identities.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { RemoveUserIdentityPage } from './page.tsx'

/** /admin/users/{id}/identities/{identity}: POST removes it. The person is notified by mail. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const userId = userIdOf(c)
  const { user, identity, mayGo } = await read(DB, {
    user: findUser(DB, userId),
    identity: findOwnIdentity(DB, userId, identityOf(c)),
    mayGo: holds(DB, isNotLastWay(userId, identityOf(c))),
  })
  if (user === undefined || identity === undefined || userId === session.user.id)
    return showNothing(c, session)
  const page = (
    <RemoveUserIdentityPage
      site={siteFor(c, session)}
      user={user}
      identity={{ ...identity, key: identityKey(identity) }}
      isLastWay={!mayGo}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const { DB } = c.env
  const { issuer, paths } = c.var
  const userId = userIdOf(c)
  const { user } = await read(DB, { user: findUser(DB, userId) })
  const isDone = await unlinkIdentityOf(doingOf(c, form), userId, identityOf(c), issuer)
  if (!isDone || user === undefined) return showNothing(c, form.session)
  deliverLogoutsSoon(c)
  tellOfChange(c, user, form.attempt.id)
  return c.redirect(pathWith(paths.adminUser(userId), { saved: 'user_identity_removed' }), 303)
}
