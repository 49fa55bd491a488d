import type { Context } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { receiveForm, requireSession } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { insertAuditEvent } from '../../../../store/audit-events.ts'
import { write } from '../../../../store/database.ts'
import { deleteAuthenticator, hasAuthenticator } from '../../../../store/sign-in/authenticators.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { RemoveAuthenticatorPage } from './page.tsx'

/** GET /account/authenticator/remove asks first. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST /account/authenticator/remove. Sent twice, the second finds nothing more to do. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt } = received
  if (attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const userId = session.user.id
  const event = { id: attempt.id, type: 'authenticator_removed', reference, userId } as const
  await write(
    DB,
    [insertAuditEvent(DB, event, now, hasAuthenticator(userId)), ...deleteAuthenticator(DB, userId)],
    {},
  )
  tellOfChange(c, session.user)
  return c.redirect(paths.authenticator, 303)
}

function ask(c: Context, session: Session, problem?: string) {
  const site = siteFor(c, session)
  const page = <RemoveAuthenticatorPage site={site} attempt={makeAttempt()} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 400)
}
