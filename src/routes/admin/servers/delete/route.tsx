import { removeOtherServer } from '../../../../acts/clients/other-servers.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findOtherServer } from '../../../../store/clients/other-servers.ts'
import { read } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import { DeleteServerPage } from './page.tsx'

/** /admin/servers/{key}/delete */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const issuer = nameOf(c.req.param('key'))
  const { server } = await read(c.env.DB, { server: findOtherServer(c.env.DB, issuer) })
  if (server === undefined) return showNothing(c, session)
  const page = (
    <DeleteServerPage
      site={siteFor(c, session)}
      server={{ ...server, key: pathKey(issuer) }}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  return (await removeOtherServer(doingOf(c, form), nameOf(c.req.param('key'))))
    ? c.redirect(pathWith(c.var.paths.adminServers, { saved: 'server_deleted' }), 303)
    : showNothing(c, form.session)
}
