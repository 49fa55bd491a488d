import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { deleteApi, findApi, hasApi, listScopesOfApi } from '../../../../store/requests/apis.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { actOf } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import { DeleteApiPage } from './page.tsx'

/** GET /admin/apis/{key}/delete asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const act = actOf(session, attempt)
  const target = nameOf(c.req.param('key'))
  const { noted } = await write(
    DB,
    [
      insertAdminEvent(DB, act, { type: 'api_deleted', reference, target }, now, hasApi(target)),
      deleteApi(DB, act, target, now),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  return noted ? c.redirect(pathWith(paths.adminApis, { saved: '' }), 303) : showNothing(c, session)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
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
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
