import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertClientEvent } from '../../../../store/audit-events.ts'
import { findManagedClient } from '../../../../store/clients/clients.ts'
import {
  deleteSecret,
  hasSecretCalled,
  listLiveSecrets,
  secretId,
} from '../../../../store/clients/secrets.ts'
import { read, write } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { clientIdOf } from '../../managed.ts'
import { DeleteSecretPage } from './page.tsx'

/** GET …/secrets/{id}/delete asks. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST …/secrets/{id}/delete: that secret alone works no longer. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session } = received
  if (received.attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const [clientId, id] = [clientIdOf(c), secretIdOf(c)]
  const act = { actorId: session.user.id, attemptId: received.attempt.id }
  const event = { type: 'client_secret_deleted', reference, clientId, detail: id } as const
  const { noted } = await write(
    DB,
    [
      insertClientEvent(DB, act, event, now, hasSecretCalled(id)),
      deleteSecret(DB, act.actorId, clientId, id),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  return noted
    ? c.redirect(`${pathWith(paths.application(clientId), { saved: '' })}#secrets`, 303)
    : showNothing(c, session)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const { owned, secrets } = await read(DB, {
    owned: findManagedClient(DB, clientIdOf(c), session.user.id),
    secrets: listLiveSecrets(DB, clientIdOf(c), c.var.now),
  })
  const secret = secrets.find(({ hash }) => secretId(hash) === secretIdOf(c))
  if (owned === undefined || secret === undefined) return showNothing(c, session)
  const page = (
    <DeleteSecretPage
      site={siteFor(c, session)}
      client={owned.client}
      secret={{ ...secret, id: secretId(secret.hash) }}
      isLast={secrets.length === 1}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function secretIdOf(c: Context): string {
  return c.req.param('secretId') ?? ''
}
