import { suspendConnection } from '../../../../acts/sign-in/connections.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { pathConnection } from '../../../../http/sign-in/path-connection.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { SuspendConnectionPage } from './page.tsx'

type SuspensionContext = Context<'admin' | 'connections'>

/** /admin/connections/{id}/suspension: POST takes `suspended`, true or false. */
export const { get, post } = asking({ ask, act })

async function ask(c: SuspensionContext, session: Session, shown: Shown): Promise<Response> {
  const { known, people } = await pathConnection(c)
  if (known === undefined) return showNothing(c, session)
  const page = (
    <SuspendConnectionPage
      site={siteFor(c, session)}
      connection={known}
      people={people}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

/** Somebody else may have done it already: then the page shows how it is now. */
async function act(c: SuspensionContext, form: OwnForm): Promise<Response> {
  const suspended = form.pairs.get('suspended') !== 'false'
  const saved = suspended ? 'connection_suspended' : 'connection_resumed'
  return (await suspendConnection(doingOf(c, form), idOf(c), suspended))
    ? c.redirect(pathWith(c.var.paths.adminConnection(idOf(c)), { saved }), 303)
    : ask(c, form.session, {})
}

function idOf(c: Context): string {
  return c.req.param('connection') ?? ''
}
