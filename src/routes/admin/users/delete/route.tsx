import { deliverLogouts } from '../../../../acts/openid/deliver-logouts.ts'
import { removeUser } from '../../../../acts/people/delete-user.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { inBackground } from '../../../../http/log.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tell } from '../../../../http/people/mailer.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { nameKey } from '../../../../rules/people/person.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent } from '../../../../store/audit-events.ts'
import { read } from '../../../../store/database.ts'
import { listOwnedNames } from '../../../../store/people/account-deletion.ts'
import { findMailLanguages } from '../../../../store/people/languages.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { chooseLanguage } from '../../../../values/language.ts'
import { actOf, userIdOf } from '../../form.ts'
import { DeleteUserPage } from './page.tsx'

const mostShown = 20

/** GET /admin/users/{id}/delete asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: `username` is typed, so that nobody deletes somebody else than they mean. Nobody deletes themselves here. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt, pairs } = form
  if (attempt === undefined) return ask(c, session, { problem: staleForm(c) })
  const { DB } = c.env
  const { now, reference, issuer, config, paths } = c.var
  const userId = userIdOf(c)
  const { user, before, wishes } = await read(DB, {
    user: findUser(DB, userId),
    wishes: findMailLanguages(DB, userId),
    before: hasAuditEvent(DB, attempt.id),
  })
  // The form was sent twice, and the other one has just taken effect.
  if (before) return c.redirect(pathWith(paths.adminUsers, { deleted: '' }), 303)
  if (user !== undefined && nameKey(pairs.get('username') ?? '') !== nameKey(user.username)) {
    const { wrong } = siteFor(c, session).texts.admin.deleteUser
    return ask(c, session, { problems: [{ field: 'username', text: wrong }] })
  }
  const act = actOf(session, attempt)
  const { gone, more, person } = await removeUser(DB, { act, userId, reference, issuer }, config.plan, now)
  if (more) return ask(c, session, { problem: c.var.messages.failure.muchToDelete })
  if (!gone) return showNothing(c, session)
  inBackground(c, 'deliver_logouts', deliverLogouts(DB, config, now))
  if (person !== undefined) {
    const language = chooseLanguage(wishes, config.languages)
    tell(c, person, { name: 'deleted', username: person.username }, language)
  }
  return c.redirect(pathWith(paths.adminUsers, { deleted: '' }), 303)
}

interface Shown {
  readonly problem?: string
  readonly problems?: readonly Problem[]
}

async function ask(c: Context, session: Session, { problem, problems = [] }: Shown = {}): Promise<Response> {
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
      problem={problem}
      problems={problems}
    />
  )
  return showPage(c, page, problem === undefined && problems.length === 0 ? 200 : 400)
}
