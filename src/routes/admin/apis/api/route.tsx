import { type Context, pathWith } from '../../../../http/context.ts'
import { keptFields } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { sayAll } from '../../../../http/problems.ts'
import {
  receiveForm,
  requireSession,
  type SentForm,
  showNothing,
} from '../../../../http/sign-in/require-session.ts'
import { apiMetadata, type PublishedMetadata } from '../../../../rules/server/resource-metadata.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { findApi, hasApi, listScopesOfApi, putApi } from '../../../../store/requests/apis.ts'
import {
  findPossibleIntrospectors,
  listIntrospectors,
  putIntrospectors,
} from '../../../../store/requests/introspectors.ts'
import { findResources } from '../../../../store/requests/resources.ts'
import { findScopes } from '../../../../store/requests/scopes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { fillText } from '../../../../ui/words/fill.tsx'
import { actOf } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import {
  type ApiForm,
  apiFields,
  apiForm,
  emptyApiForm,
  introspectorProblems,
  parseApiForm,
  readApiForm,
} from '../form.ts'
import { ApiPage } from './page.tsx'

export const newApi = { get: getNewApi, post: postNewApi }
export const api = { get: getApi, post: postApi }

/** GET /admin/apis/new */
async function getNewApi(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const kept = keptFields(c, session)
  return show(c, session, kept === undefined ? emptyApiForm : readApiForm(kept, undefined), undefined)
}

/** GET /admin/apis/{key} */
async function getApi(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const identifier = nameOf(c.req.param('key'))
  const { api, scopes, introspectors } = await read(DB, {
    api: findApi(DB, identifier),
    scopes: listScopesOfApi(DB, identifier),
    introspectors: listIntrospectors(DB, identifier),
  })
  if (api === undefined) return showNothing(c, session)
  const kept = keptFields(c, session)
  const form = kept === undefined ? apiForm(api, scopes, introspectors) : readApiForm(kept, identifier)
  const open = scopes.filter(({ restricted }) => !restricted).map(({ name }) => name)
  return show(c, session, form, identifier, [], apiMetadata(c.var.issuer, api, open))
}

async function postNewApi(c: Context): Promise<Response> {
  const form = await receiveForm(c, apiFields)
  return form instanceof Response ? form : save(c, form, undefined)
}

async function postApi(c: Context): Promise<Response> {
  const form = await receiveForm(c, apiFields)
  return form instanceof Response ? form : save(c, form, nameOf(c.req.param('key')))
}

/** `known` undefined: a new one. */
async function save(
  c: Context,
  { session, attempt, pairs }: SentForm,
  known: string | undefined,
): Promise<Response> {
  const form = readApiForm(pairs, known)
  if (attempt === undefined) return show(c, session, form, known, [{ field: 'name', text: staleForm(c) }])
  const t = siteFor(c, session).texts.admin.api
  const parsed = parseApiForm(form, c.var)
  if ('problems' in parsed) return show(c, session, form, known, sayAll(c, parsed.problems))
  const { api, scopes, introspectors } = parsed
  const { DB } = c.env
  const before = await read(DB, {
    api: findApi(DB, api.identifier),
    scopes: findScopes(
      DB,
      scopes.map(({ name }) => name),
    ),
    callers: findPossibleIntrospectors(DB, introspectors),
    similar: findResources(DB, [api.identifier]),
    done: hasAuditEvent(DB, attempt.id),
  })
  if (known !== undefined && before.api === undefined) return showNothing(c, session)
  if (!before.done) {
    const problems: Problem[] = before.scopes
      .filter(({ resource }) => resource !== api.identifier)
      .map(({ name }) => ({ field: 'scopes', text: fillText(t.elsewhere, { scope: name }) }))
    const [similar] = before.similar
    if (known === undefined && similar !== undefined) {
      const { identifier } = before.api ?? similar
      const text = before.api === undefined ? fillText(t.takenAs, { identifier }) : t.taken
      problems.unshift({ field: 'identifier', text })
    }
    problems.push(...sayAll(c, introspectorProblems(introspectors, before.callers)))
    if (problems.length > 0) return show(c, session, form, known, problems)
  }
  const { now, reference, paths } = c.var
  const act = actOf(session, attempt)
  const event = { type: 'api_saved', reference, target: api.identifier } as const
  const { noted } = await write(
    DB,
    [
      ...putApi(DB, act, api, scopes, now),
      ...putIntrospectors(DB, act, api.identifier, introspectors),
      insertAdminEvent(DB, act, event, now, hasApi(api.identifier)),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  return noted ? c.redirect(pathWith(paths.adminApis, { saved: '' }), 303) : showNothing(c, session)
}

function show(
  c: Context,
  session: Session,
  form: ApiForm,
  known: string | undefined,
  problems: readonly Problem[] = [],
  metadata?: PublishedMetadata,
) {
  const page = (
    <ApiPage
      site={siteFor(c, session)}
      apiKey={known === undefined ? undefined : pathKey(known)}
      form={form}
      lifetime={c.var.config.lifetimes.accessToken}
      metadata={metadata}
      attempt={makeAttempt()}
      problems={problems}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
