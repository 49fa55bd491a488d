import { deliverLogouts } from '../../../../acts/openid/deliver-logouts.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { inBackground } from '../../../../http/log.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { mayEndOf } from '../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { endSessionsOf, findUserStanding, isEndable } from '../../../../store/people/standing.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../ui/words/fill.tsx'
import { actOf, userIdOf } from '../../form.ts'

/** GET /admin/users/{id}/sessions asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: they are signed out in every browser, and applications are told. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths, issuer, config } = c.var
  const act = actOf(session, attempt)
  const target = userIdOf(c)
  const event = { type: 'user_sessions_ended', reference, target } as const
  const { noted } = await write(
    DB,
    [...endSessionsOf(DB, act, target, issuer, now), insertAdminEvent(DB, act, event, now, isEndable, 'end')],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  if (!noted) return showNothing(c, session)
  inBackground(c, 'deliver_logouts', deliverLogouts(DB, config, now))
  return c.redirect(pathWith(paths.adminUser(target), { saved: '' }), 303)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { found } = await read(c.env.DB, { found: findUserStanding(c.env.DB, userIdOf(c), c.var.now) })
  if (found === undefined || !mayEndOf(session.user.role, found.user.role)) return showNothing(c, session)
  const { paths } = c.var
  const { id, username } = found.user
  const site = siteFor(c, session)
  const t = site.texts.admin.user
  const user = (
    <strong>
      <bdi>{username}</bdi>
    </strong>
  )
  const page = (
    <ConfirmPage
      site={site}
      title={t.endSessions}
      action={paths.endUserSessions(id)}
      back={paths.adminUser(id)}
      submit={t.endThem}
      attempt={makeAttempt()}
      problem={problem}
    >
      <p>
        <Fill text={t.endSessionsText} user={user} />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
