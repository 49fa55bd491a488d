import { removeApi } from '../../../../acts/requests/apis.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findApi, listScopesOfApi } from '../../../../store/requests/apis.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import { DeleteApiPage } from './page.tsx'

/** /admin/apis/{key}/delete */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const identifier = nameOf(c.req.param('key'))
  const { api, scopes } = await read(DB, {
    api: findApi(DB, identifier),
    scopes: listScopesOfApi(DB, identifier),
  })
  if (api === undefined) return showNothing(c, session)
  const page = (
    <DeleteApiPage
      site={siteFor(c, session)}
      api={{ ...api, key: pathKey(identifier) }}
      scopes={scopes.map(({ name }) => name)}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  return (await removeApi(doingOf(c, form), nameOf(c.req.param('key'))))
    ? c.redirect(pathWith(c.var.paths.adminApis, { saved: 'api_deleted' }), 303)
    : showNothing(c, form.session)
}
