import { resumeAfterLook } from '../../../acts/clients/resume-own-client.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { usesSecret } from '../../../rules/clients/client.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { findAwaitsOwner } from '../../../store/clients/awaiting-owner.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { clientIdOf, findManaged } from '../managed.ts'
import { ResumptionPage } from './page.tsx'

/** GET …/resumption shows what is to be looked at. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST …/resumption: seen_at. It works again, with a new secret if it uses one. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt, pairs } = received
  const seenAt = Number(pairs.get('seen_at') ?? '')
  if (attempt === undefined || !Number.isSafeInteger(seenAt)) return ask(c, session, staleForm(c))
  const { now, reference, paths } = c.var
  const clientId = clientIdOf(c)
  const act = { actorId: session.user.id, attemptId: attempt.id }
  const resumed = await resumeAfterLook(c.env.DB, { act, clientId, seenAt, reference }, now)
  if (!resumed) return ask(c, session, siteFor(c, session).texts.applications.resumption.changed)
  const owned = await findManaged(c, session)
  const needsSecret = owned !== undefined && usesSecret(owned.client)
  return c.redirect(
    needsSecret ? paths.applicationSecrets(clientId) : pathWith(paths.application(clientId), { saved: '' }),
    303,
  )
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const id = clientIdOf(c)
  const { owned, awaits } = await read(DB, {
    owned: findManagedClient(DB, id, session.user.id),
    awaits: findAwaitsOwner(DB, id),
  })
  if (owned === undefined || !awaits) return showNothing(c, session)
  const page = (
    <ResumptionPage
      site={siteFor(c, session)}
      client={owned.client}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 409)
}
