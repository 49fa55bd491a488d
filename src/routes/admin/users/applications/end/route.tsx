import { endAccessOf } from '../../../../../acts/people/standing.ts'
import { clientIdOf } from '../../../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../../../http/context.ts'
import { showPage, siteFor } from '../../../../../http/pages.tsx'
import { userIdOf } from '../../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../../http/sign-in/require-session.ts'
import { mayEndOf } from '../../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../../secrets/form-key.ts'
import { read } from '../../../../../store/database.ts'
import { findAccess } from '../../../../../store/people/standing.ts'
import { findUser } from '../../../../../store/people/users.ts'
import type { Session } from '../../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../../ui/words/fill.tsx'
import { Name } from '../../../../../ui/words/name.tsx'

/** /admin/users/{id}/applications/{client_id}/end: after POST, all access of the application to the person's data has ended. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const { userId, clientId } = named(c)
  const { user, connected } = await read(DB, {
    user: findUser(DB, userId),
    connected: findAccess(DB, userId, clientId),
  })
  if (user === undefined || connected === undefined || !mayEndOf(session.user.role, user.role))
    return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const t = site.texts.admin.user
  const application = <Name>{connected.name}</Name>
  const page = (
    <ConfirmPage
      site={site}
      title={t.endAccess}
      action={paths.endUserAccess(userId, clientId)}
      back={paths.adminUser(userId)}
      submit={t.endIt}
      attempt={makeAttempt()}
      problem={shown.problem}
    >
      <p>
        <Fill text={t.endAccessText} application={application} user={<Name>{user.username}</Name>} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const { userId, clientId } = named(c)
  return (await endAccessOf(doingOf(c, form), userId, clientId))
    ? c.redirect(pathWith(c.var.paths.adminUser(userId), { saved: 'access_ended' }), 303)
    : showNothing(c, form.session)
}

function named(c: Context) {
  return { userId: userIdOf(c), clientId: clientIdOf(c) }
}
