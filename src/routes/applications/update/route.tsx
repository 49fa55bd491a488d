import { findRoomProblem } from '../../../acts/clients/find-room.ts'
import type { Context } from '../../../http/context.ts'
import { keptFields } from '../../../http/kept-fields.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { say, sayAll } from '../../../http/problems.ts'
import { receiveForm, requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { sharesHost } from '../../../rules/clients/addresses.ts'
import type { Client } from '../../../rules/clients/client.ts'
import { clientForm } from '../../../rules/clients/form.ts'
import { type Attempt, makeAttempt } from '../../../secrets/form-key.ts'
import { hashSecret } from '../../../secrets/secret.ts'
import { insertClientEvent } from '../../../store/audit-events.ts'
import { findManagedClient, updateClient } from '../../../store/clients/clients.ts'
import { deleteUselessSecrets, insertFirstSecret, listLiveSecrets } from '../../../store/clients/secrets.ts'
import { write } from '../../../store/database.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { checkOwnedForm, clientFields, type OwnedForm, readClientForm } from '../form.ts'
import { ApplicationFormPage } from '../form-page.tsx'
import { findManaged } from '../managed.ts'
import { answerWithSecret } from '../secrets/answer.tsx'

/** GET …/update */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const owned = await findManaged(c, session)
  if (owned === undefined) return showNothing(c, session)
  const kept = keptFields(c, session)
  const saved = { ...clientForm(owned.client), owner: owned.ownerName }
  return showForm(c, session, owned.client, kept === undefined ? saved : readClientForm(kept))
}

/** POST …/update. An application that becomes confidential gets a secret, which the answer shows; one that becomes public loses its. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c, clientFields)
  if (received instanceof Response) return received
  const { session } = received
  const owned = await findManaged(c, session)
  if (owned === undefined) return showNothing(c, session)
  const form = readClientForm(received.pairs)
  if (received.attempt === undefined)
    return showForm(c, session, owned.client, form, [{ field: 'name', text: staleForm(c) }])
  const checked = await checkOwnedForm(c.env.DB, session, form, owned.client.ownerId)
  if ('problems' in checked) return showForm(c, session, owned.client, form, sayAll(c, checked.problems))
  const { openid } = owned.client
  if (openid.subjectType === 'pairwise' && openid.sectorIdentifier === undefined) {
    // OIDC Core §8.1: the host of the redirect URIs is what the identifiers of people are made with.
    if (!sharesHost(checked.settings.redirectUris))
      return showForm(c, session, owned.client, form, [
        { field: 'redirect_uris', text: textsOf(c, session).hosts },
      ])
  }
  const changed = { ...owned.client, ...checked.settings, ownerId: checked.ownerId, updatedAt: c.var.now }
  const problem = await findRoomProblem(c.env.DB, c.var.config.quotas, session.user.role, {
    client: changed,
    isNew: false,
  })
  if (problem !== undefined)
    return showForm(c, session, owned.client, form, [{ field: 'redirect_uris', text: say(c, problem) }])
  return update(c, session, owned.client, changed, received.attempt)
}

function textsOf(c: Context, session: Session) {
  return siteFor(c, session).texts.applications.form
}

async function update(
  c: Context,
  session: Session,
  before: Client,
  client: Client,
  attempt: Attempt,
): Promise<Response> {
  const { DB } = c.env
  const { now, reference } = c.var
  const act = { actorId: session.user.id, attemptId: attempt.id }
  const { owned, secrets } = await write(
    DB,
    [
      ...updateClient(DB, act, before, client),
      deleteUselessSecrets(DB, act, client.id),
      insertFirstSecret(DB, act, client.id, hashSecret(attempt.newSecret), now),
      insertClientEvent(DB, act, { type: 'client_updated', reference, clientId: client.id }, now),
    ],
    {
      owned: findManagedClient(DB, client.id, act.actorId),
      secrets: listLiveSecrets(DB, client.id, c.var.now),
    },
  )
  if (owned === undefined) return showNothing(c, session)
  return answerWithSecret(c, session, owned, secrets, attempt.newSecret, 'saved')
}

function showForm(
  c: Context,
  session: Session,
  client: Client,
  form: OwnedForm,
  problems: readonly Problem[] = [],
) {
  const site = siteFor(c, session)
  const { paths } = site
  return showPage(
    c,
    <ApplicationFormPage
      site={site}
      title={site.texts.applications.form.update}
      back={{ href: paths.application(client.id), name: client.name }}
      action={paths.updateApplication(client.id)}
      submit={site.messages.common.save}
      attempt={makeAttempt()}
      form={form}
      problems={problems}
    />,
    problems.length === 0 ? 200 : 400,
  )
}
