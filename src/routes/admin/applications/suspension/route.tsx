import { setSuspended } from '../../../../acts/clients/standing.ts'
import { clientIdOf } from '../../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findClient } from '../../../../store/clients/clients.ts'
import { read } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { SuspendApplicationPage } from './page.tsx'

/** /admin/applications/{id}/suspension: POST takes `suspended`, true or false. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { client } = await read(c.env.DB, { client: findClient(c.env.DB, clientIdOf(c)) })
  // A client that waits for approval, or was refused, is resumed by approving it.
  if (client === undefined || client.approval !== undefined) return showNothing(c, session)
  const page = (
    <SuspendApplicationPage
      site={siteFor(c, session)}
      client={client}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const clientId = clientIdOf(c)
  const suspended = form.pairs.get('suspended') !== 'false'
  return (await setSuspended(doingOf(c, form), clientId, suspended))
    ? c.redirect(pathWith(c.var.paths.applicationDanger(clientId), { saved: '' }), 303)
    : showNothing(c, form.session)
}
