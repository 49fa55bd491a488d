import { deliverLogouts } from '../../../../acts/openid/deliver-logouts.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { inBackground } from '../../../../http/log.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tell } from '../../../../http/people/mailer.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { endAllAccessOf } from '../../../../store/people/standing.ts'
import { findUser } from '../../../../store/people/users.ts'
import { findFactors, isSomebodyElse, resetFactors } from '../../../../store/sign-in/factors.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { actOf, userIdOf } from '../../form.ts'
import { ResetFactorsPage } from './page.tsx'

/** GET /admin/users/{id}/factors asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: for somebody who lost them. They hear of it by mail. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths, issuer, config } = c.var
  const act = actOf(session, attempt)
  const target = userIdOf(c)
  const event = { type: 'factors_reset', reference, target } as const
  const { before } = await read(DB, { before: hasAuditEvent(DB, act.attemptId) })
  const { noted, user } = await write(
    DB,
    [
      ...resetFactors(DB, act, target),
      ...endAllAccessOf(DB, act, target, 'factors_reset', issuer, now),
      insertAdminEvent(DB, act, event, now, isSomebodyElse),
    ],
    { noted: hasAuditEvent(DB, act.attemptId), user: findUser(DB, target) },
  )
  if (!noted) return showNothing(c, session)
  inBackground(c, 'deliver_logouts', deliverLogouts(DB, config, now))
  if (!before && user !== undefined) {
    tell(c, user, { name: 'factorsReset', username: user.username, url: issuer + paths.account })
  }
  return c.redirect(pathWith(paths.adminUser(target), { saved: '' }), 303)
}

/** Where there is nothing to reset, there is nothing here. */
async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const id = userIdOf(c)
  const { user, factors } = await read(DB, {
    user: findUser(DB, id),
    factors: findFactors(DB, { userId: id }),
  })
  const isEmpty = !factors.hasAuthenticator && factors.passkeys === 0
  if (user === undefined || id === session.user.id || isEmpty) return showNothing(c, session)
  const page = (
    <ResetFactorsPage
      site={siteFor(c, session)}
      user={user}
      factors={factors}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
