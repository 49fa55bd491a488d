import { removeDetailType } from '../../../../acts/requests/detail-type.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { forgetTypes } from '../../../../http/server/published-details.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findDetailType } from '../../../../store/requests/detail-type.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../ui/words/fill.tsx'
import { nameOf, pathKey } from '../../path-key.ts'

/** /admin/authorization-details/{key}/delete */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const type = nameOf(c.req.param('key'))
  const { found } = await read(c.env.DB, { found: findDetailType(c.env.DB, type) })
  if (found === undefined) return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const { shared, details: t } = site.texts.admin
  const page = (
    <ConfirmPage
      site={site}
      title={t.delete}
      action={paths.deleteDetailType(pathKey(type))}
      back={paths.adminDetailType(pathKey(type))}
      submit={shared.delete}
      attempt={makeAttempt()}
      problem={shown.problem}
    >
      <p>
        <Fill text={t.gone} name={<code>{type}</code>} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const done = await removeDetailType(doingOf(c, form), nameOf(c.req.param('key')))
  forgetTypes(c)
  return done
    ? c.redirect(pathWith(c.var.paths.adminDetailTypes, { saved: 'detail_type_deleted' }), 303)
    : showNothing(c, form.session)
}
