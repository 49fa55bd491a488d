import { removeClient } from '../../../acts/clients/delete-client.ts'
import { clientIdOf } from '../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../http/sign-in/asking.ts'
import { showNothing } from '../../../http/sign-in/require-session.ts'
import { nameKey } from '../../../rules/people/person.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import { hasConsents } from '../../../store/requests/consents.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { DeletePage } from './page.tsx'

/** …/delete: POST deletes the application and all of its authorizations. It takes `name`, typed, if people use it. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'applications'>, session: Session, shown: Shown): Promise<Response> {
  const found = await findDeletable(c, session)
  if (found.owned === undefined) return showNothing(c, session)
  const { owned, hasPeople } = found
  const minutes = Math.ceil(c.var.config.lifetimes.accessToken / 60)
  const page = (
    <DeletePage
      site={siteFor(c, session)}
      client={owned.client}
      minutes={minutes}
      attempt={makeAttempt()}
      hasPeople={hasPeople}
      problem={shown.problem}
      problems={shown.problems ?? []}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function findDeletable(c: Context, { user }: Session) {
  const { DB } = c.env
  const id = clientIdOf(c)
  return read(DB, { owned: findManagedClient(DB, id, user.id), hasPeople: hasConsents(DB, id) })
}

async function act(c: Context<'applications'>, form: OwnForm): Promise<Response> {
  const { config, messages, paths } = c.var
  const { owned, hasPeople } = await findDeletable(c, form.session)
  // Without an application, the form was sent twice: the act decides.
  if (
    owned !== undefined &&
    hasPeople &&
    nameKey(form.pairs.get('name') ?? '') !== nameKey(owned.client.name)
  ) {
    const { nameWrong } = siteFor(c, form.session).texts.applications.delete
    return ask(c, form.session, { problems: [{ field: 'name', text: nameWrong }] })
  }
  const outcome = await removeClient(doingOf(c, form), clientIdOf(c), config.plan)
  if (outcome === 'gone') return c.redirect(pathWith(paths.applications, { deleted: '' }), 303)
  if (outcome === 'refused') return showNothing(c, form.session)
  return ask(c, form.session, { problem: messages.failure.muchToDelete })
}
