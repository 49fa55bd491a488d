import { findRoomProblem } from '../../../acts/clients/find-room.ts'
import { saveRegistration } from '../../../acts/clients/register.ts'
import { findManaged } from '../../../http/clients/managed.ts'
import { findSavedSectorProblem } from '../../../http/clients/sector.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { keepFields } from '../../../http/kept-fields.ts'
import { showPage, showPageOr, siteFor } from '../../../http/pages.tsx'
import { say, sayAll } from '../../../http/problems.ts'
import { asking, doingOf, type OwnForm, type Shown } from '../../../http/sign-in/asking.ts'
import { showNothing } from '../../../http/sign-in/require-session.ts'
import { sharesHost } from '../../../rules/clients/addresses.ts'
import type { Client, ClientOpenid } from '../../../rules/clients/client.ts'
import { clientForm } from '../../../rules/clients/form.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { keepSecret } from '../../../secrets/secret.ts'
import type { OwnedClient } from '../../../store/clients/clients.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { checkOwnedForm, clientFields, type OwnedForm, readClientForm, writeClientForm } from '../form.ts'
import { ApplicationFormPage } from '../form-page.tsx'
import { newSecretPage } from '../secrets/new-secret.tsx'

/**
 * …/update. An application that becomes confidential gets a secret, which the answer shows; one that becomes public loses its
 * own.
 */
export const { get, post } = asking({ kept: clientFields, ask, act })

async function ask(
  c: Context<'applications'>,
  session: Session,
  { typed, problem }: Shown,
): Promise<Response> {
  const owned = await findManaged(c, session)
  if (owned === undefined) return showNothing(c, session)
  const undone = typed?.get('undo_of') ?? undefined
  const isOutdated = undone !== undefined && undone !== String(owned.client.updatedAt)
  const form = typed === undefined || isOutdated ? savedForm(owned) : readClientForm(typed)
  const { undoText, undoChanged } = textsOf(c, session)
  const text = isOutdated ? undoChanged : problem
  const problems = text === undefined ? [] : [{ field: 'name', text }]
  return showForm(c, session, owned.client, form, problems, undone !== undefined && !isOutdated && undoText)
}

async function act(c: Context<'applications' | 'problems'>, form: OwnForm): Promise<Response> {
  const { session, pairs, attempt } = form
  const owned = await findManaged(c, session)
  if (owned === undefined) return showNothing(c, session)
  const before = owned.client
  const typed = readClientForm(pairs)
  const refuse = (problems: readonly Problem[]) => showForm(c, session, before, typed, problems)
  const { DB } = c.env
  const checked = await checkOwnedForm(DB, typed, {
    session,
    ownerId: before.ownerId,
    name: before.name,
    serverName: c.var.config.brand.name,
  })
  if ('problems' in checked) return refuse(sayAll(c, checked.problems))
  const { openid } = before
  if (openid.subjectType === 'pairwise' && !hasSector(openid)) {
    // OIDC Core §8.1: the identifiers of people are derived from the host of the redirect URIs.
    if (!sharesHost(checked.settings.redirectUris))
      return refuse([{ field: 'redirect_uris', text: textsOf(c, session).hosts }])
  }
  const after = { ...before, ...checked.settings, ownerId: checked.ownerId, updatedAt: c.var.now }
  const wanted = { client: after, isNew: false }
  const problem = await findRoomProblem(DB, c.var.config.quotas, session.user.role, wanted)
  if (problem !== undefined) return refuse([{ field: 'redirect_uris', text: say(c, problem) }])
  const sector = await findSavedSectorProblem(c, before, after)
  if (sector !== undefined) return refuse([{ field: 'redirect_uris', text: say(c, sector) }])
  const secret = keepSecret(attempt.newSecret)
  const saved = await saveRegistration(doingOf(c, form), before, after, secret)
  if (saved.owned === undefined) return showNothing(c, session)
  const shown = { secret: attempt.newSecret, as: 'saved' } as const
  const page = newSecretPage(siteFor(c, session), saved.owned.client, saved.secrets, shown, c.var.now)
  const { id, updatedAt } = saved.owned.client
  const undo = writeClientForm(savedForm(owned))
  const now = writeClientForm(savedForm(saved.owned))
  const changed = clientFields.filter((field) => `${undo.getAll(field)}` !== `${now.getAll(field)}`)
  undo.set('undo_of', String(updatedAt))
  const kept = keepFields(c, session, undo, [...undo.keys()])
  const told = { saved: changed.join(','), ...(changed.length > 0 && kept) }
  return showPageOr(c, page, pathWith(c.var.paths.applicationSettings(id), told))
}

function savedForm({ client, ownerName }: OwnedClient): OwnedForm {
  return { ...clientForm(client), owner: ownerName }
}

/** A sector other than the host of its redirect URIs. */
function hasSector({ sectorIdentifier, sectorIdentifierUri }: ClientOpenid): boolean {
  return sectorIdentifier !== undefined || sectorIdentifierUri !== undefined
}

function textsOf(c: Context<'applications'>, session: Session) {
  return siteFor(c, session).texts.applications.form
}

function showForm(
  c: Context<'applications'>,
  session: Session,
  client: Client,
  form: OwnedForm,
  problems: readonly Problem[] = [],
  notice: string | false = false,
) {
  const site = siteFor(c, session)
  const { paths } = site
  return showPage(
    c,
    <ApplicationFormPage
      site={site}
      title={site.texts.applications.form.update}
      back={{ href: paths.applicationSettings(client.id), name: client.name }}
      action={paths.updateApplication(client.id)}
      submit={site.messages.common.save}
      attempt={makeAttempt()}
      form={form}
      problems={problems}
      above={notice && <p class="notice">{notice}</p>}
    />,
    problems.length === 0 ? 200 : 400,
  )
}
