import { removeClient } from '../../../acts/clients/delete-client.ts'
import { clientIdOf, findManaged } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../http/sign-in/asking.ts'
import { showNothing } from '../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { DeletePage } from './page.tsx'

/** …/delete: POST deletes the application and all of its authorizations. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'applications'>, session: Session, shown: Shown): Promise<Response> {
  const owned = await findManaged(c, session)
  if (owned === undefined) return showNothing(c, session)
  const minutes = Math.ceil(c.var.config.lifetimes.accessToken / 60)
  const page = (
    <DeletePage
      site={siteFor(c, session)}
      client={owned.client}
      minutes={minutes}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context<'applications'>, form: OwnForm): Promise<Response> {
  const { config, messages, paths } = c.var
  const outcome = await removeClient(doingOf(c, form), clientIdOf(c), config.plan)
  if (outcome === 'gone') return c.redirect(paths.applications, 303)
  if (outcome === 'refused') return showNothing(c, form.session)
  return ask(c, form.session, { problem: messages.failure.muchToDelete })
}
