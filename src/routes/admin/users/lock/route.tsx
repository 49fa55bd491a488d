import { unlockAccount } from '../../../../acts/sign-in/unlock-account.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../ui/words/fill.tsx'
import { actOf, userIdOf } from '../../form.ts'

/** GET /admin/users/{id}/lock asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: wrong passwords and codes of strangers count no more. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const target = userIdOf(c)
  const { user } = await read(DB, { user: findUser(DB, target) })
  const done = user !== undefined && (await unlockAccount(DB, actOf(session, attempt), user, reference, now))
  return done ? c.redirect(pathWith(paths.adminUser(target), { saved: '' }), 303) : showNothing(c, session)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { user } = await read(c.env.DB, { user: findUser(c.env.DB, userIdOf(c)) })
  if (user === undefined) return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const t = site.texts.admin.user
  const name = (
    <strong>
      <bdi>{user.username}</bdi>
    </strong>
  )
  const page = (
    <ConfirmPage
      site={site}
      title={t.unlock}
      action={paths.unlockUser(user.id)}
      back={paths.adminUser(user.id)}
      submit={t.unlockIt}
      attempt={makeAttempt()}
      problem={problem}
    >
      <p>
        <Fill text={t.unlockText} user={name} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
