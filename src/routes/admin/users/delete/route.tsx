import { removeUser } from '../../../../acts/people/delete-user.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tell, tellEvenIfLost } from '../../../../http/people/mailer.ts'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { nameKey } from '../../../../rules/people/person.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent } from '../../../../store/audit-events.ts'
import { read } from '../../../../store/database.ts'
import { listOwnedNames } from '../../../../store/people/account-deletion.ts'
import { findMailLanguages } from '../../../../store/people/languages.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { chooseLanguage } from '../../../../values/language.ts'
import { DeleteUserPage } from './page.tsx'

const mostShown = 20

/**
 * /admin/users/{id}/delete: POST takes `username`, typed, so that nobody deletes the wrong person. Nobody deletes themselves
 * here.
 */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'account' | 'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const userId = userIdOf(c)
  const { user, owned } = await read(DB, {
    user: findUser(DB, userId),
    owned: listOwnedNames(DB, { userId }, mostShown + 1),
  })
  if (user === undefined || user.id === session.user.id) return showNothing(c, session)
  const page = (
    <DeleteUserPage
      site={siteFor(c, session)}
      user={user}
      owned={owned.slice(0, mostShown)}
      more={owned.length > mostShown}
      minutes={Math.ceil(c.var.config.lifetimes.accessToken / 60)}
      attempt={makeAttempt()}
      problem={shown.problem}
      problems={shown.problems ?? []}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context<'account' | 'admin'>, form: OwnForm): Promise<Response> {
  const { session, pairs, attempt } = form
  const { DB } = c.env
  const { issuer, config, paths } = c.var
  const userId = userIdOf(c)
  const { user, before, wishes } = await read(DB, {
    user: findUser(DB, userId),
    wishes: findMailLanguages(DB, userId),
    before: hasAuditEvent(DB, attempt.id),
  })
  // The form was sent twice, and the other request has just taken effect.
  if (before) return c.redirect(pathWith(paths.adminUsers, { deleted: '' }), 303)
  if (user !== undefined && nameKey(pairs.get('username') ?? '') !== nameKey(user.username)) {
    const { wrong } = siteFor(c, session).texts.admin.deleteUser
    return ask(c, session, { problems: [{ field: 'username', text: wrong }] })
  }
  const tellThem = () => {
    if (user === undefined) return
    const language = chooseLanguage(wishes, config.languages)
    tell(c, user, { name: 'deleted', username: user.username }, { language, about: attempt.id })
  }
  const removed = removeUser(doingOf(c, form), userId, issuer, config.plan)
  const { gone, more } = await tellEvenIfLost(removed, tellThem)
  if (more) return ask(c, session, { problem: c.var.messages.failure.muchToDelete })
  if (!gone) return showNothing(c, session)
  deliverLogoutsSoon(c)
  tellThem()
  return c.redirect(pathWith(paths.adminUsers, { deleted: '' }), 303)
}
