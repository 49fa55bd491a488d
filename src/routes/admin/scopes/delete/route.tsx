import { deleteScope } from '../../../../acts/requests/scopes.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { builtInScopes } from '../../../../rules/requests/scope-form.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findStandaloneScope } from '../../../../store/requests/scopes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../ui/words/fill.tsx'
import { nameOf, pathKey } from '../../path-key.ts'

/** /admin/scopes/{key}/delete. A built-in one can't be deleted. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
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
      problem={shown.problem}
    >
      <p>
        <Fill text={t.gone} name={<code>{name}</code>} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const name = nameOf(c.req.param('key'))
  const done = !builtInScopes.includes(name) && (await deleteScope(doingOf(c, form), name))
  return done
    ? c.redirect(pathWith(c.var.paths.adminScopes, { saved: 'scope_deleted' }), 303)
    : showNothing(c, form.session)
}
