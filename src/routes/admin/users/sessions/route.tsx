import { endSessionsOfUser } from '../../../../acts/people/standing.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { mayEndOf } from '../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

/** /admin/users/{id}/sessions: POST signs them out of every browser, and notifies applications. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { user } = await read(c.env.DB, { user: findUser(c.env.DB, userIdOf(c)) })
  if (user === undefined || !mayEndOf(session.user.role, user.role)) return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const t = site.texts.admin.user
  const page = (
    <ConfirmPage
      site={site}
      title={t.endSessions}
      action={paths.endUserSessions(user.id)}
      back={paths.adminUser(user.id)}
      submit={t.endThem}
      attempt={makeAttempt()}
      problem={shown.problem}
    >
      <p>
        <Fill text={t.endSessionsText} user={<Name>{user.username}</Name>} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const { issuer, paths } = c.var
  const userId = userIdOf(c)
  if (!(await endSessionsOfUser(doingOf(c, form), userId, issuer))) return showNothing(c, form.session)
  deliverLogoutsSoon(c)
  return c.redirect(pathWith(paths.adminUser(userId), { saved: 'user_sessions_ended' }), 303)
}
