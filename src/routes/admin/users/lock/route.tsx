import { unlockAccount } from '../../../../acts/sign-in/unlock-account.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'

/** /admin/users/{id}/lock: after POST, wrong passwords and codes from unknown browsers no longer count. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { user } = await read(c.env.DB, { user: findUser(c.env.DB, userIdOf(c)) })
  if (user === undefined) return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const t = site.texts.admin.user
  const page = (
    <ConfirmPage
      site={site}
      title={t.unlock}
      action={paths.unlockUser(user.id)}
      back={paths.adminUser(user.id)}
      submit={t.unlockIt}
      mild
      attempt={makeAttempt()}
      problem={shown.problem}
    >
      <p>
        <Fill text={t.unlockText} user={<Name>{user.username}</Name>} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  const { DB } = c.env
  const userId = userIdOf(c)
  const { user } = await read(DB, { user: findUser(DB, userId) })
  const done = user !== undefined && (await unlockAccount(doingOf(c, form), user))
  return done
    ? c.redirect(pathWith(c.var.paths.adminUser(userId), { saved: 'account_unlocked' }), 303)
    : showNothing(c, form.session)
}
