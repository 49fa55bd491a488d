import { changeRole } from '../../../../acts/people/standing.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { tell } from '../../../../http/people/mailer.ts'
import { userIdOf } from '../../../../http/people/path-user.ts'
import { asking, doingOf, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { roles } from '../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { RolePage } from './page.tsx'

/** /admin/users/{id}/role: POST takes `role`, the new one. */
export const { get, post } = asking({ kept: ['role'], ask, act })

async function ask(c: Context<'admin'>, session: Session, { typed, problem }: Shown): Promise<Response> {
  const { DB } = c.env
  const { user } = await read(DB, { user: findUser(DB, userIdOf(c)) })
  if (user === undefined) return showNothing(c, session)
  if (user.id === session.user.id) return refuseSelf(c, session)
  const page = (
    <RolePage
      site={siteFor(c, session)}
      user={user}
      role={typed?.get('role') ?? user.role}
      attempt={makeAttempt()}
      problems={problem === undefined ? [] : [{ field: 'role', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

async function act(c: Context<'admin'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const role = roles.find((known) => known === pairs.get('role'))
  if (role === undefined) return ask(c, session, { problem: textsOf(c, session).choose })
  const userId = userIdOf(c)
  const { done, changed } = await changeRole(doingOf(c, form), userId, role)
  if (!done) return userId === session.user.id ? refuseSelf(c, session) : showNothing(c, session)
  const { issuer, paths } = c.var
  if (changed !== undefined) {
    const url = issuer + paths.account
    tell(
      c,
      changed,
      { name: 'roleChanged', username: changed.username, role, url },
      { about: form.attempt.id },
    )
  }
  return c.redirect(pathWith(paths.adminUser(userId), { saved: 'role_changed' }), 303)
}

function refuseSelf(c: Context<'admin'>, session: Session) {
  const { self, selfAdvice } = textsOf(c, session)
  return refusePage(c, session, 403, self, selfAdvice)
}

function textsOf(c: Context<'admin'>, session: Session) {
  return siteFor(c, session).texts.admin.role
}
