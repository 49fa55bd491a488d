import { savePolicy } from '../../../acts/clients/edit.ts'
import { findRoomProblem } from '../../../acts/clients/find-room.ts'
import { clientIdOf } from '../../../http/clients/managed.ts'
import { findSavedSectorProblem } from '../../../http/clients/sector.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { keepUndo } from '../../../http/kept-fields.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { say, sayAll } from '../../../http/problems.ts'
import { asking, doingOf, formToShow, type OwnForm, type Shown } from '../../../http/sign-in/asking.ts'
import { showNothing } from '../../../http/sign-in/require-session.ts'
import { publishKeysFor } from '../../../http/tokens/signing.ts'
import type { Client } from '../../../rules/clients/client.ts'
import { fillNeed, findNeedName } from '../../../rules/clients/needs.ts'
import { parsePolicyForm } from '../../../rules/clients/parse-policy.ts'
import {
  type PolicyForm,
  policyFields,
  policyForm,
  readPolicyForm,
  writePolicyForm,
} from '../../../rules/clients/policy-form.ts'
import { may } from '../../../rules/people/role.ts'
import { rulesFor } from '../../../rules/profile.ts'
import { profileFaults } from '../../../rules/profile-faults.ts'
import type { DetailType } from '../../../rules/requests/detail-type.ts'
import { formatScope, parseScopeNames, type Scope } from '../../../rules/requests/scope.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import { listDetailTypes } from '../../../store/requests/detail-type.ts'
import { listAllScopes, type RegisteredScope } from '../../../store/requests/scopes.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { fillText } from '../../../ui/words/fill.tsx'
import { PolicyPage } from './page.tsx'

/** Limit of one page. */
const mostScopes = 500

/** …/policy: POST sets the policy of its tokens. */
export const { get, post } = asking({ kept: policyFields, ask, act })

async function ask(c: Context<'applications'>, session: Session, shown: Shown): Promise<Response> {
  const found = await find(c, session)
  if (found === undefined) return showNothing(c, session)
  const { client } = found
  // A link may preselect a setting that some software needs, by its name: it is saved like any other.
  const need = findNeedName(c.req.query('set'))
  const ticked = shown.typed === undefined ? tickedScopes(c, session, found) : []
  const { form: texts, policy } = siteFor(c, session).texts.applications
  const saved = policyForm(client)
  const { form, problem, notice } = formToShow(c, session, shown, {
    saved: fillNeed({ ...saved, scope: [...saved.scope, ...ticked] }, need, decides(session)),
    written: writePolicyForm(saved),
    read: (typed) => readPolicyForm(typed, client, decides(session)),
    texts,
  })
  const problems = problem === undefined ? [] : [{ field: 'scope', text: problem }]
  const tickedText = ticked.length > 0 && fillText(policy.ticked, { scopes: formatScope(ticked) })
  return show(c, session, found, form, problems, notice || tickedText)
}

/** Further scopes that a link ticks, of those that the viewer may allow: they are saved like any other, or not. */
function tickedScopes(c: Context, session: Session, { client, scopes }: Found): Scope {
  const asked = parseScopeNames(c.req.query('scope') ?? '')
  return scopes
    .filter(({ name, restricted }) => asked.includes(name) && (decides(session) || !restricted))
    .map(({ name }) => name)
    .filter((name) => !client.policy.scope.includes(name))
}

async function act(c: Context<'applications' | 'problems'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const found = await find(c, session)
  if (found === undefined) return showNothing(c, session)
  const { client } = found
  const typed = readPolicyForm(pairs, client, decides(session))
  const least = c.var.config.leastProfile
  const tolerated = profileFaults(client, rulesFor(client, least))
  const parsed = parsePolicyForm(typed, client, { issuer: c.var.issuer, least, tolerated })
  if ('problems' in parsed) return show(c, session, found, typed, sayAll(c, parsed.problems))
  const wanted = { client: { ...client, ...parsed.policy }, isNew: false }
  const problem = await findRoomProblem(c.env.DB, c.var.config.quotas, session.user.role, wanted)
  if (problem !== undefined) return show(c, session, found, typed, [{ field: 'jwks', text: say(c, problem) }])
  const sector = await findSavedSectorProblem(c, client, wanted.client)
  if (sector !== undefined)
    return show(c, session, found, typed, [{ field: 'sector_identifier_uri', text: say(c, sector) }])
  const saved = await savePolicy(doingOf(c, form), client, parsed.policy)
  if (saved === undefined) return showNothing(c, session)
  await publishKeysFor(c, saved.client)
  const undo = keepUndo(c, session, policyForm(client), policyForm(saved.client), writePolicyForm)
  return c.redirect(pathWith(c.var.paths.applicationSettings(client.id), { saved: 'policy', ...undo }), 303)
}

/** Some of it is for administrators only; the store enforces that. */
function decides(session: Session): boolean {
  return may(session.user.role, 'administer')
}

interface Found {
  readonly client: Client
  readonly scopes: readonly RegisteredScope[]
  readonly detailTypes: readonly DetailType[]
}

async function find(c: Context, session: Session): Promise<Found | undefined> {
  const { DB } = c.env
  const { owned, scopes, detailTypes } = await read(DB, {
    owned: findManagedClient(DB, clientIdOf(c), session.user.id),
    scopes: listAllScopes(DB, mostScopes),
    detailTypes: listDetailTypes(DB, {
      after: '',
      size: mostScopes,
      sort: { by: 'name', descending: false },
    }),
  })
  return owned === undefined
    ? undefined
    : { client: owned.client, scopes, detailTypes: decides(session) ? detailTypes.items : [] }
}

function show(
  c: Context<'applications'>,
  session: Session,
  { client, scopes, detailTypes }: Found,
  form: PolicyForm,
  problems: readonly Problem[] = [],
  notice: string | false = false,
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
      detailTypes={detailTypes}
      server={c.var.config.lifetimes}
      hasCertificates={c.var.config.mtlsHost !== undefined}
      attempt={makeAttempt()}
      form={form}
      problems={problems}
      notice={notice}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
