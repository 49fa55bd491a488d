import { findRoomProblem } from '../../../acts/clients/find-room.ts'
import { registerClient } from '../../../acts/clients/register.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { keptFields } from '../../../http/kept-fields.ts'
import { staleForm } from '../../../http/own-form.ts'
import { mayRegister, refusePage, showPage, showPageOr, siteFor } from '../../../http/pages.tsx'
import { say, sayAll } from '../../../http/problems.ts'
import { doingOf } from '../../../http/sign-in/asking.ts'
import { receiveForm, requireSession, showNothing, stepUp } from '../../../http/sign-in/require-session.ts'
import { type Client, defaultClientOpenid, defaultClientPolicy } from '../../../rules/clients/client.ts'
import { emptyClientForm } from '../../../rules/clients/form.ts'
import { scopeOfRegistered } from '../../../rules/requests/scope.ts'
import { type Attempt, makeAttempt } from '../../../secrets/form-key.ts'
import { keepSecret } from '../../../secrets/secret.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { isLoopbackHost } from '../../../values/loopback.ts'
import { checkOwnedForm, clientFields, type OwnedForm, readClientForm } from '../form.ts'
import { ApplicationFormPage } from '../form-page.tsx'
import { newSecretPage } from '../secrets/new-secret.tsx'
import { byKind, decideByKind, findKind, type Kind } from './kinds.ts'

/** GET /o/applications/register */
export async function get(c: Context<'applications'>): Promise<Response> {
  const visitor = await registrant(c, await requireSession(c))
  const session = visitor instanceof Response ? visitor : stepUp(c, visitor)
  if (session instanceof Response) return session
  const kept = keptFields(c, session)
  if (kept !== undefined) return showForm(c, session, findKind(kept.get('kind')), readClientForm(kept))
  const kind = findKind(c.req.query('kind'))
  const redirectUris = kind.form.grantType === 'authorization-code' ? prefilledUris(c) : ''
  const decided = { clientType: byKind, grantType: byKind }
  const form = { ...emptyClientForm, ...decided, redirectUris, owner: session.user.username }
  return showForm(c, session, kind, form)
}

/** On a developer's machine the playground can try it: one less value to find and type. */
function prefilledUris({ var: { issuer, paths } }: Context): string {
  return isLoopbackHost(new URL(issuer).hostname) ? issuer + paths.playgroundCallback : ''
}

/** POST /o/applications/register. The form sent twice creates one application, and shows its secret twice. */
export async function post(c: Context<'applications' | 'problems'>): Promise<Response> {
  const received = await receiveForm(c, [...clientFields, 'kind'])
  if (received instanceof Response) return received
  const session = await registrant(c, received.session)
  if (session instanceof Response) return session
  const form = readClientForm(received.pairs)
  const kind = findKind(received.pairs.get('kind'))
  if (received.attempt === undefined)
    return showForm(c, session, kind, form, [{ field: 'name', text: staleForm(c) }])
  const checked = await checkOwnedForm(c.env.DB, decideByKind(form, kind, prefilledUris(c)), {
    session,
    ownerId: session.user.id,
    name: undefined,
    serverName: c.var.config.brand.name,
  })
  if ('problems' in checked) return showForm(c, session, kind, form, sayAll(c, checked.problems))
  const { now } = c.var
  const client: Client = {
    ...checked.settings,
    id: received.attempt.newClientId,
    ownerId: checked.ownerId,
    policy: { ...defaultClientPolicy, scope: scopeOfRegistered },
    openid: defaultClientOpenid,
    suspendedAt: undefined,
    approval: undefined,
    registeredBy: 'person',
    trust: 'unverified',
    lastUsedAt: undefined,
    createdAt: now,
    updatedAt: now,
  }
  const wanted = { client, isNew: true }
  const problem = await findRoomProblem(c.env.DB, c.var.config.quotas, session.user.role, wanted)
  if (problem !== undefined && !(await isRegistered(c, session, client.id)))
    return showForm(c, session, kind, form, [{ field: 'name', text: say(c, problem) }])
  return register(c, session, client, received.attempt)
}

/** The same form sent again, after the last allowed application. */
async function isRegistered(c: Context, session: Session, clientId: string): Promise<boolean> {
  const { DB } = c.env
  return (await read(DB, { owned: findManagedClient(DB, clientId, session.user.id) })).owned !== undefined
}

/** The page is visible to everybody, so that the refusal can give a reason. */
async function registrant(
  c: Context<'applications'>,
  session: Session | Response,
): Promise<Session | Response> {
  if (session instanceof Response || mayRegister(c, session)) return session
  const { refused, refusedAdvice } = textsOf(c, session).form
  return refusePage(c, session, 403, refused, refusedAdvice)
}

function textsOf(c: Context<'applications'>, session: Session) {
  return siteFor(c, session).texts.applications
}

async function register(
  c: Context<'applications'>,
  session: Session,
  client: Client,
  attempt: Attempt,
): Promise<Response> {
  const { applications, quotas } = c.var.config
  const rule = { developersOnly: applications === 'developers', most: quotas.applications }
  const secret = keepSecret(attempt.newSecret)
  const { owned, secrets } = await registerClient(doingOf(c, { session, attempt }), client, secret, rule)
  if (owned === undefined) return showNothing(c, session)
  const shown = { secret: attempt.newSecret, as: 'registered' } as const
  const page = newSecretPage(siteFor(c, session), owned.client, secrets, shown, c.var.now)
  return showPageOr(c, page, pathWith(c.var.paths.application(owned.client.id), { saved: '' }))
}

function showForm(
  c: Context<'applications'>,
  session: Session,
  kind: Kind,
  form: OwnedForm,
  problems: readonly Problem[] = [],
) {
  const site = siteFor(c, session)
  const { paths, messages, texts } = site
  const t = texts.applications
  return showPage(
    c,
    <ApplicationFormPage
      site={site}
      title={t.form.register}
      back={{ href: paths.applications, name: messages.layout.applications }}
      action={paths.registerApplication}
      submit={t.form.submit}
      attempt={makeAttempt()}
      form={form}
      problems={problems}
      kind={kind}
    />,
    problems.length === 0 ? 200 : 400,
  )
}
