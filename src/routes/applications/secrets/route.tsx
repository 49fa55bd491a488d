import type { Context } from '../../../http/context.ts'
import { keptField } from '../../../http/kept-fields.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { type Client, usesSecret } from '../../../rules/clients/client.ts'
import { type Attempt, makeAttempt } from '../../../secrets/form-key.ts'
import { hashSecret } from '../../../secrets/secret.ts'
import { hasAuditEvent, insertClientEvent } from '../../../store/audit-events.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import {
  hasSecret,
  insertSecret,
  listLiveSecrets,
  mostLiveSecrets,
  secretId,
} from '../../../store/clients/secrets.ts'
import { read, write } from '../../../store/database.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { clientIdOf } from '../managed.ts'
import { answerWithSecret } from './answer.tsx'
import { parseExpiry, type SecretExpiry } from './expiry.ts'
import { NewSecretPage } from './page.tsx'

/** GET …/secrets */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const found = await findWithSecrets(c, session)
  return found === undefined ? showNothing(c, session) : ask(c, session, found)
}

/** POST …/secrets makes a second one: the first keeps working, so that a rotation overlaps. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c, ['expires'])
  if (received instanceof Response) return received
  const { session } = received
  const found = await findWithSecrets(c, session)
  if (found === undefined) return showNothing(c, session)
  if (received.attempt === undefined) return ask(c, session, found, staleForm(c))
  const expiry = parseExpiry(received.pairs, c.var.now)
  if (expiry === undefined) return ask(c, session, found, textsOf(c, session).chooseExpiry)
  return make(c, session, found.client.id, expiry, received.attempt)
}

async function make(
  c: Context,
  session: Session,
  clientId: string,
  { expiresAt }: SecretExpiry,
  attempt: Attempt,
): Promise<Response> {
  const { DB } = c.env
  const { now, reference } = c.var
  const act = { actorId: session.user.id, attemptId: attempt.id }
  const hash = hashSecret(attempt.newSecret)
  const event = { type: 'client_secret_made', reference, clientId, detail: secretId(hash) } as const
  const { owned, secrets, noted } = await write(
    DB,
    [
      insertSecret(DB, act, clientId, hash, expiresAt, now),
      insertClientEvent(DB, act, event, now, hasSecret(hash)),
    ],
    {
      owned: findManagedClient(DB, clientId, act.actorId),
      secrets: listLiveSecrets(DB, clientId, now),
      noted: hasAuditEvent(DB, attempt.id),
    },
  )
  if (owned === undefined) return showNothing(c, session)
  if (noted) return answerWithSecret(c, session, owned, secrets, attempt.newSecret, 'made')
  const problem = textsOf(c, session).raced
  return ask(c, session, { client: owned.client, live: secrets.length }, problem, 409)
}

function textsOf(c: Context, session: Session) {
  return siteFor(c, session).texts.applications.secrets
}

interface Found {
  readonly client: Client
  readonly live: number
}

/** Undefined for an application that shows no secret. */
async function findWithSecrets(c: Context, session: Session): Promise<Found | undefined> {
  const { DB } = c.env
  const id = clientIdOf(c)
  const { owned, secrets } = await read(DB, {
    owned: findManagedClient(DB, id, session.user.id),
    secrets: listLiveSecrets(DB, id, c.var.now),
  })
  if (owned === undefined || !usesSecret(owned.client)) return undefined
  return { client: owned.client, live: secrets.length }
}

function ask(c: Context, session: Session, found: Found, problem?: string, status: 400 | 409 = 400) {
  const page = (
    <NewSecretPage
      site={siteFor(c, session)}
      {...found}
      most={mostLiveSecrets}
      expires={keptField(c, session, 'expires') ?? 'never'}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : status)
}
