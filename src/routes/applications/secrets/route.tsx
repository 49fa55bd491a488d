import { addSecret } from '../../../acts/clients/secrets.ts'
import { clientIdOf } from '../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { showPage, showPageOr, siteFor } from '../../../http/pages.tsx'
import { say } from '../../../http/problems.ts'
import { asking, doingOf, type OwnForm, type Shown } from '../../../http/sign-in/asking.ts'
import { showNothing } from '../../../http/sign-in/require-session.ts'
import { type Client, usesSecret } from '../../../rules/clients/client.ts'
import { checkSecretLabel } from '../../../rules/clients/name.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { keepSecret } from '../../../secrets/secret.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { listLiveSecrets, mostLiveSecrets } from '../../../store/clients/secrets.ts'
import { read } from '../../../store/database.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { parseExpiry } from './expiry.ts'
import { newSecretPage } from './new-secret.tsx'
import { NewSecretPage } from './page.tsx'

/** …/secrets: POST creates another one. Earlier ones keep working, so that a rotation overlaps. */
export const { get, post } = asking({ kept: ['label', 'expires'], ask, act })

async function ask(
  c: Context<'applications' | 'problems'>,
  session: Session,
  shown: Shown,
): Promise<Response> {
  const found = await findWithSecrets(c, session)
  return found === undefined ? showNothing(c, session) : show(c, session, found, shown)
}

async function act(c: Context<'applications' | 'problems'>, form: OwnForm): Promise<Response> {
  const { session, pairs, attempt } = form
  const found = await findWithSecrets(c, session)
  if (found === undefined) return showNothing(c, session)
  const expiry = parseExpiry(pairs, c.var.now)
  if (expiry === undefined)
    return show(c, session, found, { typed: pairs, problem: textsOf(c, session).chooseExpiry })
  const label = checkSecretLabel(pairs.get('label') ?? '')
  if ('problem' in label) {
    const problems = [{ field: 'label', text: say(c, label.problem) }]
    return show(c, session, found, { typed: pairs, problems })
  }
  const secret = keepSecret(attempt.newSecret)
  const doing = doingOf(c, form)
  const choices = { ...expiry, label: label.value }
  const { owned, secrets, made } = await addSecret(doing, found.client.id, secret, choices)
  if (owned === undefined) return showNothing(c, session)
  if (made) {
    const shown = { secret: attempt.newSecret, as: 'made' } as const
    const saved = pathWith(c.var.paths.applicationCredentials(owned.client.id), { saved: '' })
    return showPageOr(c, newSecretPage(siteFor(c, session), owned.client, secrets, shown, c.var.now), saved)
  }
  const problem = textsOf(c, session).raced
  return show(c, session, { client: owned.client, live: secrets.length }, { problem }, 409)
}

function textsOf(c: Context<'applications' | 'problems'>, session: Session) {
  return siteFor(c, session).texts.applications.secrets
}

interface Found {
  readonly client: Client
  readonly live: number
}

/** Undefined for an application without secrets. */
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

function show(
  c: Context<'applications' | 'problems'>,
  session: Session,
  found: Found,
  { typed, problem, problems = [] }: Shown,
  status: 400 | 409 = 400,
) {
  const page = (
    <NewSecretPage
      site={siteFor(c, session)}
      {...found}
      most={mostLiveSecrets}
      label={typed?.get('label') ?? ''}
      expires={typed?.get('expires') ?? 'never'}
      attempt={makeAttempt()}
      problem={problem}
      problems={problems}
    />
  )
  return showPage(c, page, problem === undefined && problems.length === 0 ? 200 : status)
}
