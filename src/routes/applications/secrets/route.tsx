import { readForm, staleForm } from '../../../http/attempt.ts'
import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireRecentSession, showNothing } from '../../../http/require-session.ts'
import { usesSecret } from '../../../protocol/client.ts'
import { type Attempt, makeAttempt } from '../../../secrets/attempt.ts'
import { hashSecret } from '../../../secrets/secret.ts'
import { insertClientEvent } from '../../../store/audit-events.ts'
import { listLiveSecrets, rotateClientSecret } from '../../../store/client-secrets.ts'
import { findManagedClient, type OwnedClient } from '../../../store/clients.ts'
import { write } from '../../../store/database.ts'
import type { Session } from '../../../store/sessions.ts'
import { findManaged } from '../managed.ts'
import { answerWithSecret } from './answer.tsx'
import { ReplaceSecretPage } from './page.tsx'

/** GET …/secrets asks before the secret is replaced. */
export async function getSecrets(c: Context): Promise<Response> {
  const session = await requireRecentSession(c)
  if (session instanceof Response) return session
  const owned = await findManaged(c, session)
  if (owned === undefined || !usesSecret(owned.client)) return showNothing(c, session)
  return ask(c, session, owned)
}

/** POST …/secrets replaces the secret: the new one is shown, the old one is dead. */
export async function postSecrets(c: Context): Promise<Response> {
  const session = await requireRecentSession(c)
  if (session instanceof Response) return session
  const received = await readForm(c, session)
  if (received instanceof Response) return received
  const owned = await findManaged(c, session)
  if (owned === undefined || !usesSecret(owned.client)) return showNothing(c, session)
  if (received.attempt === undefined) return ask(c, session, owned, staleForm)
  return replace(c, session, owned.client.id, received.attempt)
}

async function replace(c: Context, session: Session, clientId: string, attempt: Attempt): Promise<Response> {
  const { DB } = c.env
  const { now, reference } = c.var
  const act = { actorId: session.user.id, attemptId: attempt.id }
  const { owned, secrets } = await write(
    DB,
    [
      ...rotateClientSecret(DB, act, clientId, hashSecret(attempt.newSecret), now),
      insertClientEvent(DB, act, { type: 'client_secret_replaced', reference, clientId }, now),
    ],
    {
      owned: findManagedClient(DB, clientId, act.actorId),
      secrets: listLiveSecrets(DB, clientId, c.var.now),
    },
  )
  if (owned === undefined) return showNothing(c, session)
  return answerWithSecret(c, session, owned, secrets, attempt.newSecret, 'Secret replaced')
}

function ask(c: Context, session: Session, { client }: OwnedClient, problem?: string) {
  const site = siteFor(c, session)
  const page = <ReplaceSecretPage site={site} client={client} attempt={makeAttempt()} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 400)
}
