import { type Context, pathWith } from '../../../../../http/context.ts'
import { staleForm } from '../../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../../http/sign-in/require-session.ts'
import { mayEndOf } from '../../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../../store/audit-events.ts'
import { read, write } from '../../../../../store/database.ts'
import { endAccess, findAccess, findUserStanding, hasAccess } from '../../../../../store/people/standing.ts'
import type { Session } from '../../../../../store/sign-in/sessions.ts'
import { ConfirmPage } from '../../../../../ui/forms/confirm-page.tsx'
import { Fill } from '../../../../../ui/words/fill.tsx'
import { actOf, userIdOf } from '../../../form.ts'

/** GET /admin/users/{id}/applications/{client_id}/end asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: what the user allowed that application is forgotten, and every token that followed from it ends. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c)
  if (form instanceof Response) return form
  const { session, attempt } = form
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const act = actOf(session, attempt)
  const { userId, clientId } = named(c)
  const event = { type: 'access_ended', reference, target: clientId, detail: userId } as const
  const { noted } = await write(
    DB,
    [
      insertAdminEvent(DB, act, event, now, hasAccess(userId), 'end'),
      ...endAccess(DB, act, userId, clientId, now),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  return noted ? c.redirect(pathWith(paths.adminUser(userId), { saved: '' }), 303) : showNothing(c, session)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const { userId, clientId } = named(c)
  const { found, connected } = await read(DB, {
    found: findUserStanding(DB, userId, c.var.now),
    connected: findAccess(DB, userId, clientId),
  })
  if (found === undefined || connected === undefined || !mayEndOf(session.user.role, found.user.role))
    return showNothing(c, session)
  const { paths } = c.var
  const site = siteFor(c, session)
  const t = site.texts.admin.user
  const page = (
    <ConfirmPage
      site={site}
      title={t.endAccess}
      action={paths.endUserAccess(userId, clientId)}
      back={paths.adminUser(userId)}
      submit={t.endIt}
      attempt={makeAttempt()}
      problem={problem}
    >
      <p>
        <Fill
          text={t.endAccessText}
          application={strong(connected.name)}
          user={strong(found.user.username)}
        />
      </p>
    </ConfirmPage>
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function strong(name: string) {
  return (
    <strong>
      <bdi>{name}</bdi>
    </strong>
  )
}

function named(c: Context) {
  return { userId: userIdOf(c), clientId: c.req.param('clientId') ?? '' }
}
