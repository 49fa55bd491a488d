import { deliverLogouts } from '../../../../acts/openid/deliver-logouts.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { inBackground } from '../../../../http/log.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { tell } from '../../../../http/people/mailer.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import {
  endAllAccessOf,
  findUserStanding,
  isSuspended,
  suspendUser,
} from '../../../../store/people/standing.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { actOf, userIdOf } from '../../form.ts'
import { SuspendUserPage } from './page.tsx'

/** GET /admin/users/{id}/suspension asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: `suspended` is true or false. Nobody suspends themselves, so an administrator always stays. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt, pairs } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths, issuer, config } = c.var
  const act = actOf(session, attempt)
  const target = userIdOf(c)
  const suspended = pairs.get('suspended') !== 'false'
  const type = suspended ? 'user_suspended' : 'user_resumed'
  const { before } = await read(DB, { before: findUserStanding(DB, target, now) })
  const { noted } = await write(
    DB,
    [
      ...(suspended ? endAllAccessOf(DB, act, target, 'user_suspended', issuer, now) : []),
      suspendUser(DB, act, target, suspended ? now : undefined),
      insertAdminEvent(DB, act, { type, reference, target }, now, isSuspended(suspended)),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  if (!noted) return target === session.user.id ? refuseSelf(c, session) : showNothing(c, session)
  inBackground(c, 'deliver_logouts', deliverLogouts(DB, config, now))
  if (before !== undefined && (before.suspendedAt !== undefined) !== suspended) {
    const { username } = before.user
    tell(
      c,
      before.user,
      suspended ? { name: 'suspended', username } : { name: 'resumed', username, url: issuer + paths.login },
    )
  }
  return c.redirect(pathWith(paths.adminUser(target), { saved: '' }), 303)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const { found } = await read(DB, { found: findUserStanding(DB, userIdOf(c), c.var.now) })
  if (found === undefined) return showNothing(c, session)
  if (found.user.id === session.user.id) return refuseSelf(c, session)
  const page = (
    <SuspendUserPage site={siteFor(c, session)} {...found} attempt={makeAttempt()} problem={problem} />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function refuseSelf(c: Context, session: Session) {
  const { self, selfAdvice } = siteFor(c, session).texts.admin.suspendUser
  return refusePage(c, session, 403, self, selfAdvice)
}
