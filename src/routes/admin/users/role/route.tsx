import { type Context, pathWith } from '../../../../http/context.ts'
import { keptField } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { tell } from '../../../../http/people/mailer.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { roles } from '../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { findUserStanding, hasRole, updateRole } from '../../../../store/people/standing.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { actOf, userIdOf } from '../../form.ts'
import { RolePage } from './page.tsx'

/** GET /admin/users/{id}/role asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: `role` is the new one. Nobody changes their own, so an administrator always stays. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c, ['role'])
  if (form instanceof Response) return form
  const { session, attempt, pairs } = form
  const role = roles.find((known) => known === pairs.get('role'))
  if (attempt === undefined || role === undefined)
    return ask(c, session, {
      chosen: role,
      problem: attempt === undefined ? staleForm(c) : textsOf(c, session).choose,
    })
  const { DB } = c.env
  const { now, reference, paths, issuer } = c.var
  const act = actOf(session, attempt)
  const target = userIdOf(c)
  const event = { type: 'role_changed', reference, target, detail: `${target} ${role}` } as const
  const { before } = await read(DB, { before: findUser(DB, target) })
  const { noted } = await write(
    DB,
    [updateRole(DB, act, target, role), insertAdminEvent(DB, act, event, now, hasRole(role))],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  if (!noted) return target === session.user.id ? refuseSelf(c, session) : showNothing(c, session)
  if (before !== undefined && before.role !== role) {
    tell(c, before, { name: 'roleChanged', username: before.username, role, url: issuer + paths.account })
  }
  return c.redirect(pathWith(paths.adminUser(target), { saved: '' }), 303)
}

interface Shown {
  readonly chosen?: string | undefined
  readonly problem?: string
}

async function ask(c: Context, session: Session, { chosen, problem }: Shown = {}): Promise<Response> {
  const { DB } = c.env
  const { found } = await read(DB, { found: findUserStanding(DB, userIdOf(c), c.var.now) })
  if (found === undefined) return showNothing(c, session)
  if (found.user.id === session.user.id) return refuseSelf(c, session)
  const page = (
    <RolePage
      site={siteFor(c, session)}
      user={found.user}
      role={chosen ?? keptField(c, session, 'role') ?? found.user.role}
      attempt={makeAttempt()}
      problems={problem === undefined ? [] : [{ field: 'role', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function refuseSelf(c: Context, session: Session) {
  const { self, selfAdvice } = textsOf(c, session)
  return refusePage(c, session, 403, self, selfAdvice)
}

function textsOf(c: Context, session: Session) {
  return siteFor(c, session).texts.admin.role
}
