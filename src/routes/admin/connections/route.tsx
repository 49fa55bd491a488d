import { moveConnection } from '../../../acts/sign-in/connections.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../http/sign-in/asking.ts'
import { showNothing } from '../../../http/sign-in/require-session.ts'
import { may } from '../../../rules/people/role.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { read } from '../../../store/database.ts'
import { listConnections } from '../../../store/sign-in/connections.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { ConnectionsPage } from './page.tsx'

type ListContext = Context<'admin' | 'connections'>

/** /admin/connections: POST moves a button. It takes `up` or `down`, the id of a connection. */
export const { get, post } = asking({ ask, act })

async function ask(c: ListContext, session: Session, shown: Shown): Promise<Response> {
  const { connections } = await read(c.env.DB, { connections: listConnections(c.env.DB) })
  const saved = shown.problem === undefined ? c.req.query('saved') : undefined
  const page = (
    <ConnectionsPage
      site={siteFor(c, session)}
      connections={connections}
      saved={saved}
      savedId={c.req.query('id') ?? saved}
      undo={saved && undoLink(c, c.var.paths.adminConnection(saved))}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: ListContext, form: OwnForm): Promise<Response> {
  const up = form.pairs.get('up')
  const id = up ?? form.pairs.get('down') ?? ''
  if (await moveConnection(doingOf(c, form), id, up === null ? 1 : -1))
    return c.redirect(pathWith(c.var.paths.adminConnections, { saved: 'connection_changed', id }), 303)
  if (!may(form.session.user.role, 'administer')) return showNothing(c, form.session)
  const problem = siteFor(c, form.session).texts.connections.list.outdated
  return ask(c, form.session, { problem })
}
