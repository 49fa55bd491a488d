import { forgetFirst } from '../../../acts/tokens/forget-first.ts'
import type { Context } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { hasAuditEvent, insertClientEvent } from '../../../store/audit-events.ts'
import { deleteClient, type OwnedClient, stopClient } from '../../../store/clients/clients.ts'
import { write } from '../../../store/database.ts'
import { mayChange } from '../../../store/guards.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { clientIdOf, findManaged } from '../managed.ts'
import { DeletePage } from './page.tsx'

/** GET …/delete asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const owned = await findManaged(c, session)
  return owned === undefined ? showNothing(c, session) : ask(c, session, owned)
}

/** POST …/delete: the application and every authorization of it are gone. Sent twice, the second finds nothing more to do. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt } = received
  if (attempt === undefined) {
    const owned = await findManaged(c, session)
    return owned === undefined ? showNothing(c, session) : ask(c, session, owned, staleForm(c))
  }
  const { DB } = c.env
  const { now, reference, paths, config } = c.var
  const clientId = clientIdOf(c)
  const act = { actorId: session.user.id, attemptId: attempt.id }
  const isReady = await forgetFirst(
    DB,
    {
      of: { clientId },
      allowed: mayChange(act, clientId),
      stop: stopClient(DB, act, clientId, now),
      plan: config.plan,
    },
    now,
  )
  if (!isReady) {
    const owned = await findManaged(c, session)
    return owned === undefined
      ? showNothing(c, session)
      : ask(c, session, owned, c.var.messages.failure.muchToDelete)
  }
  const { noted } = await write(
    DB,
    [
      insertClientEvent(DB, act, { type: 'client_deleted', reference, clientId }, now),
      deleteClient(DB, act.actorId, clientId),
    ],
    { noted: hasAuditEvent(DB, attempt.id) },
  )
  return noted ? c.redirect(paths.applications, 303) : showNothing(c, session)
}

function ask(c: Context, session: Session, { client }: OwnedClient, problem?: string) {
  const site = siteFor(c, session)
  const minutes = Math.ceil(c.var.config.lifetimes.accessToken / 60)
  const page = (
    <DeletePage site={site} client={client} minutes={minutes} attempt={makeAttempt()} problem={problem} />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
