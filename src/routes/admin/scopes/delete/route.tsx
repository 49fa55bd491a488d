import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { builtInScopes } from '../../../../rules/requests/scope-form.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import {
  deleteStandaloneScope,
  findStandaloneScope,
  hasStandaloneScope,
} from '../../../../store/requests/scopes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../ui/words/fill.tsx'
import { actOf } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'

/** GET /admin/scopes/{key}/delete asks. */
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
  if (builtInScopes.includes(target)) return showNothing(c, session)
  const { noted } = await write(
    DB,
    [
      insertAdminEvent(
        DB,
        act,
        { type: 'scope_deleted', reference, target },
        now,
        hasStandaloneScope(target),
      ),
      deleteStandaloneScope(DB, act, target, now),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  return noted ? c.redirect(pathWith(paths.adminScopes, { saved: '' }), 303) : showNothing(c, session)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const name = nameOf(c.req.param('key'))
  const { scope } = await read(c.env.DB, { scope: findStandaloneScope(c.env.DB, name) })
  if (scope === undefined || builtInScopes.includes(name)) return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const { shared, scope: t } = site.texts.admin
  const page = (
    <ConfirmPage
      site={site}
      title={t.delete}
      action={paths.deleteScope(pathKey(name))}
      back={paths.adminScope(pathKey(name))}
      submit={shared.delete}
      attempt={makeAttempt()}
      problem={problem}
    >
      <p>
        <Fill text={t.gone} name={<code>{name}</code>} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
