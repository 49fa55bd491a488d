import {
  actOnUsers,
  inviteAgain,
  type UserSelection,
  userSelections,
} from '../../../../acts/people/selected-users.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { chosenIn, selectedIn, targetsOf } from '../../../../http/list-page.ts'
import { deliverLogoutsSoon } from '../../../../http/openid/deliver-soon.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { canMail, tell, tellOfSuspension } from '../../../../http/people/mailer.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { may, mayEndOf } from '../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hashSecret, secretFrom } from '../../../../secrets/secret.ts'
import { read } from '../../../../store/database.ts'
import { findSelectedUsers, type SelectedUser } from '../../../../store/people/selected-users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { SelectedUsersPage } from './page.tsx'

/** /admin/users/selection: `act` and the ticked `id`. GET asks, POST does it. */
export const { get, post } = asking({ kept: ['act', 'id'], ask, act })

async function ask(c: Context<'admin'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const sent = shown.typed ?? new URL(c.req.url).searchParams
  const chosen = chosenIn(sent, userSelections)
  if (chosen === undefined || (chosen === 'invite' && !canMail(c))) return showNothing(c, session)
  const { found } = await read(DB, { found: findSelectedUsers(DB, selectedIn(sent)) })
  const isMeant = (one: SelectedUser) => makesADifference(chosen, one, session)
  const site = siteFor(c, session)
  const { nobody, nobodyAdvice } = site.texts.admin.selection
  if (!found.some(isMeant)) {
    const onward = { href: c.var.paths.adminUsers, text: site.texts.admin.home.users }
    return refusePage(c, session, 400, nobody, nobodyAdvice, { onward })
  }
  const page = (
    <SelectedUsersPage
      site={site}
      act={chosen}
      chosen={found.filter(isMeant).map(({ user }) => user)}
      leftOut={found.filter((one) => !isMeant(one)).map(({ user }) => user)}
      attempt={makeAttempt()}
      problem={shown.problem}
    />
  )
  return showPage(c, page, statusOf(shown))
}

/** As the statements decide again when it is done. */
function makesADifference(
  act: UserSelection,
  { user, suspendedAt, neverSignedIn }: SelectedUser,
  { user: by }: Session,
) {
  if (act === 'sign-out') return mayEndOf(by.role, user.role)
  if (act === 'invite')
    return (
      may(by.role, 'administer') && neverSignedIn && user.email !== undefined && suspendedAt === undefined
    )
  return (
    may(by.role, 'administer') && user.id !== by.id && (suspendedAt === undefined) === (act === 'suspend')
  )
}

async function act(c: Context<'admin'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const { DB } = c.env
  const { issuer, paths } = c.var
  const chosen = chosenIn(pairs, userSelections)
  if (chosen === undefined || (chosen === 'invite' && !canMail(c))) return showNothing(c, session)
  const { before } = await read(DB, { before: findSelectedUsers(DB, selectedIn(pairs)) })
  if (chosen === 'invite') return invite(c, form, before)
  const done = await actOnUsers(doingOf(c, form), chosen, targetsOf(form), issuer)
  if (done.length === 0) return showNothing(c, session)
  deliverLogoutsSoon(c)
  if (chosen !== 'sign-out') {
    for (const { user } of before.filter((one) => done.includes(one.user.id)))
      tellOfSuspension(c, user, chosen === 'suspend', form.attempt.idFor(user.id))
  }
  return c.redirect(pathWith(paths.adminUsers, { done: chosen, number: String(done.length) }), 303)
}

async function invite(
  c: Context<'admin'>,
  form: OwnForm,
  before: readonly SelectedUser[],
): Promise<Response> {
  const { issuer, paths } = c.var
  const secretOf = (id: string) => secretFrom('mail', form.attempt.seedFor(id))
  const targets = targetsOf(form)
  const links = targets.map(({ id }) => ({ userId: id, hash: hashSecret(secretOf(id)) }))
  const done = await inviteAgain(doingOf(c, form), targets, links)
  for (const { user } of before.filter((one) => done.includes(one.user.id))) {
    const url = issuer + pathWith(paths.newPassword, { token: secretOf(user.id).plain })
    tell(
      c,
      user,
      { name: 'accountMade', username: user.username, url },
      { about: form.attempt.idFor(user.id) },
    )
  }
  return c.redirect(pathWith(paths.adminUsers, { done: 'invite', number: String(done.length) }), 303)
}
