import { type Context, pathWith } from '../../../../http/context.ts'
import { keptFields } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { say } from '../../../../http/problems.ts'
import {
  receiveForm,
  requireSession,
  type SentForm,
  showNothing,
} from '../../../../http/sign-in/require-session.ts'
import { builtInScopes, scopeProblem, type TypedScope } from '../../../../rules/requests/scope-form.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { findScopes, findStandaloneScope, putStandaloneScope } from '../../../../store/requests/scopes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { actOf } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import { ScopePage } from './page.tsx'

export const newScope = { get: getNewScope, post: postNewScope }
export const scope = { get: getScope, post: postScope }

/** GET /admin/scopes/new */
async function getNewScope(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  return show(c, session, readScope(keptFields(c, session)), undefined)
}

/** GET /admin/scopes/{key} */
async function getScope(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const name = nameOf(c.req.param('key'))
  const { scope } = await read(c.env.DB, { scope: findStandaloneScope(c.env.DB, name) })
  if (scope === undefined) return showNothing(c, session)
  const kept = keptFields(c, session)
  return show(c, session, kept === undefined ? scope : readScope(kept, name), name)
}

async function postNewScope(c: Context): Promise<Response> {
  const form = await receiveForm(c, fields)
  return form instanceof Response ? form : save(c, form, undefined)
}

async function postScope(c: Context): Promise<Response> {
  const form = await receiveForm(c, fields)
  return form instanceof Response ? form : save(c, form, nameOf(c.req.param('key')))
}

const fields = ['name', 'description', 'restricted']

/** As it was typed. The name of one that exists does not change. */
function readScope(pairs: URLSearchParams | undefined, known?: string): TypedScope {
  return {
    name: known ?? (pairs?.get('name') ?? '').trim(),
    description: (pairs?.get('description') ?? '').normalize('NFC').trim(),
    restricted: pairs?.get('restricted') === 'yes',
  }
}

/** `known` undefined: a new one. */
async function save(c: Context, { session, attempt, pairs }: SentForm, known: string | undefined) {
  const typed = readScope(pairs, known)
  if (attempt === undefined)
    return show(c, session, typed, known, [{ field: 'description', text: staleForm(c) }])
  const problem = scopeProblem(typed.name, typed.description)
  if (problem !== undefined) {
    const field = known === undefined && problem.code === 'scopeName' ? 'name' : 'description'
    return show(c, session, typed, known, [{ field, text: say(c, problem) }])
  }
  const { DB } = c.env
  const before = await read(DB, {
    found: findScopes(DB, [typed.name]),
    done: hasAuditEvent(DB, attempt.id),
  })
  const [found] = before.found
  if (known !== undefined && (found === undefined || found.resource !== undefined))
    return showNothing(c, session)
  if (known === undefined && found !== undefined && !before.done)
    return show(c, session, typed, known, [
      { field: 'name', text: siteFor(c, session).texts.admin.scope.taken },
    ])
  const { now, reference, paths } = c.var
  const act = actOf(session, attempt)
  const event = { type: 'scope_saved', reference, target: typed.name } as const
  const { noted } = await write(
    DB,
    [putStandaloneScope(DB, act, typed), insertAdminEvent(DB, act, event, now)],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  return noted ? c.redirect(pathWith(paths.adminScopes, { saved: '' }), 303) : showNothing(c, session)
}

function show(
  c: Context,
  session: Session,
  scope: TypedScope,
  known: string | undefined,
  problems: readonly Problem[] = [],
) {
  const page = (
    <ScopePage
      site={siteFor(c, session)}
      scopeKey={known === undefined ? undefined : pathKey(known)}
      mayDelete={known !== undefined && !builtInScopes.includes(known)}
      scope={scope}
      attempt={makeAttempt()}
      problems={problems}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
