import { removeConnection } from '../../../../acts/sign-in/connections.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { pathConnection } from '../../../../http/sign-in/path-connection.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { nameKey } from '../../../../rules/people/person.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { DeleteConnectionPage } from './page.tsx'

type DeleteContext = Context<'admin' | 'connections'>

/** /admin/connections/{id}/delete: POST takes `name`, typed. */
export const { get, post } = asking({ ask, act })

async function ask(c: DeleteContext, session: Session, shown: Shown): Promise<Response> {
  const { known, people } = await pathConnection(c)
  if (known === undefined) return showNothing(c, session)
  const page = (
    <DeleteConnectionPage
      site={siteFor(c, session)}
      connection={known}
      people={people}
      attempt={makeAttempt()}
      problem={shown.problem}
      problems={shown.problems ?? []}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: DeleteContext, form: OwnForm): Promise<Response> {
  const { known } = await pathConnection(c)
  // Without a connection, the form was sent twice: the act decides.
  if (known !== undefined && nameKey(form.pairs.get('name') ?? '') !== nameKey(known.name)) {
    const text = siteFor(c, form.session).texts.connections.delete.nameWrong
    return ask(c, form.session, { problems: [{ field: 'name', text }] })
  }
  const { issuer, paths } = c.var
  return (await removeConnection(doingOf(c, form), c.req.param('connection') ?? '', issuer))
    ? c.redirect(pathWith(paths.adminConnections, { saved: 'connection_deleted' }), 303)
    : showNothing(c, form.session)
}
