import { findRoomProblem } from '../../../acts/clients/find-room.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { keptFields } from '../../../http/kept-fields.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { say, sayAll } from '../../../http/problems.ts'
import { receiveForm, requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import type { Client } from '../../../rules/clients/client.ts'
import {
  type PolicyForm,
  parsePolicyForm,
  policyFields,
  policyForm,
  readPolicyForm,
} from '../../../rules/clients/policy-form.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { insertClientEvent } from '../../../store/audit-events.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { updateClientPolicy } from '../../../store/clients/policy.ts'
import { deleteUselessSecrets } from '../../../store/clients/secrets.ts'
import { read, write } from '../../../store/database.ts'
import { listAllScopes, type RegisteredScope } from '../../../store/requests/scopes.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { clientIdOf } from '../managed.ts'
import { PolicyPage } from './page.tsx'

/** As many as one page can show. */
const mostScopes = 500

/** GET …/policy */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const found = await find(c, session)
  if (found === undefined) return showNothing(c, session)
  const { client } = found
  const kept = keptFields(c, session)
  const form = kept === undefined ? policyForm(client) : readPolicyForm(kept, client, decides(session))
  return show(c, session, found, form)
}

/** POST …/policy: what its tokens are from now on. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c, policyFields)
  if (received instanceof Response) return received
  const { session } = received
  const found = await find(c, session)
  if (found === undefined) return showNothing(c, session)
  const form = readPolicyForm(received.pairs, found.client, decides(session))
  if (received.attempt === undefined)
    return show(c, session, found, form, [{ field: 'scope', text: staleForm(c) }])
  const parsed = parsePolicyForm(form, found.client, c.var.issuer)
  if ('problems' in parsed) return show(c, session, found, form, sayAll(c, parsed.problems))

  const { DB } = c.env
  const { now, reference, paths, config } = c.var
  const wanted = { client: { ...found.client, ...parsed.policy }, isNew: false }
  const problem = await findRoomProblem(DB, config.quotas, session.user.role, wanted)
  if (problem !== undefined) return show(c, session, found, form, [{ field: 'jwks', text: say(c, problem) }])
  const { id } = found.client
  const act = { actorId: session.user.id, attemptId: received.attempt.id }
  const { owned } = await write(
    DB,
    [
      updateClientPolicy(DB, act, found.client, parsed.policy, now),
      deleteUselessSecrets(DB, act, id),
      insertClientEvent(DB, act, { type: 'client_policy_updated', reference, clientId: id }, now),
    ],
    { owned: findManagedClient(DB, id, act.actorId) },
  )
  if (owned === undefined) return showNothing(c, session)
  return c.redirect(pathWith(paths.application(id), { saved: '' }), 303)
}

/** Some of it is for administrators alone; the store makes sure. */
function decides(session: Session): boolean {
  return session.user.role === 'administrator'
}

interface Found {
  readonly client: Client
  readonly scopes: readonly RegisteredScope[]
}

async function find(c: Context, session: Session): Promise<Found | undefined> {
  const { DB } = c.env
  const { owned, scopes } = await read(DB, {
    owned: findManagedClient(DB, clientIdOf(c), session.user.id),
    scopes: listAllScopes(DB, mostScopes),
  })
  return owned === undefined ? undefined : { client: owned.client, scopes }
}

function show(
  c: Context,
  session: Session,
  { client, scopes }: Found,
  form: PolicyForm,
  problems: readonly Problem[] = [],
) {
  const offered = scopes
    .filter(({ name, restricted }) => decides(session) || !restricted || client.policy.scope.includes(name))
    .map((scope) => {
      const fixed = scope.restricted && !decides(session)
      return { ...scope, fixed, checked: (fixed ? client.policy.scope : form.scope).includes(scope.name) }
    })
  const page = (
    <PolicyPage
      site={siteFor(c, session)}
      client={client}
      scopes={offered}
      server={c.var.config.lifetimes}
      attempt={makeAttempt()}
      form={form}
      problems={problems}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
