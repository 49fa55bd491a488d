import { saveScope } from '../../../../acts/requests/scopes.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { keepUndo } from '../../../../http/kept-fields.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { say } from '../../../../http/problems.ts'
import { asking, doingOf, formToShow, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { builtInScopes, scopeProblem, type TypedScope } from '../../../../rules/requests/scope-form.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findStandaloneScope } from '../../../../store/requests/scopes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { currentDescription } from '../../../../ui/words/messages/index.ts'
import { formProblems } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import { ScopePage } from './page.tsx'

const kept = ['name', 'description', 'restricted']

/** /admin/scopes/new */
export const newScope = asking({ kept, ask: askNew, act: (c, form) => save(c, form, undefined) })

/** /admin/scopes/{key} */
export const scope = asking({ kept, ask, act: (c, form) => save(c, form, keyOf(c)) })

function askNew(c: Context<'admin' | 'problems'>, session: Session, { typed, problem }: Shown) {
  return show(c, session, readScope(typed, undefined), undefined, formProblems(problem, 'description'))
}

async function ask(c: Context<'admin' | 'problems'>, session: Session, shown: Shown) {
  const name = keyOf(c)
  const scope = await findScope(c, name)
  if (scope === undefined) return showNothing(c, session)
  const { form, problem, notice } = formToShow(c, session, shown, {
    saved: scope,
    written: writeScope(scope),
    read: (typed) => readScope(typed, name),
    texts: siteFor(c, session).texts.admin.shared,
  })
  return show(c, session, form, name, formProblems(problem, 'description'), notice)
}

async function findScope(c: Context, name: string): Promise<TypedScope | undefined> {
  const { scope } = await read(c.env.DB, { scope: findStandaloneScope(c.env.DB, name) })
  return scope && { ...scope, description: currentDescription(scope) }
}

function keyOf(c: Context): string {
  return nameOf(c.req.param('key'))
}

/** The input. The name of an existing scope does not change. */
function readScope(pairs: URLSearchParams | undefined, known: string | undefined): TypedScope {
  return {
    name: known ?? (pairs?.get('name') ?? '').trim(),
    description: (pairs?.get('description') ?? '').normalize('NFC').trim(),
    restricted: pairs?.get('restricted') === 'yes',
  }
}

/** A scope in the fields that it is read from. */
function writeScope({ description, restricted }: TypedScope): URLSearchParams {
  return new URLSearchParams({ description, restricted: restricted ? 'yes' : 'no' })
}

/** `known` undefined: a new one. */
async function save(
  c: Context<'admin' | 'problems'>,
  form: OwnForm,
  known: string | undefined,
): Promise<Response> {
  const { session, pairs } = form
  const typed = readScope(pairs, known)
  const isNew = known === undefined
  const problem = scopeProblem(typed.name, typed.description)
  if (problem !== undefined) {
    const field = isNew && problem.code === 'scopeName' ? 'name' : 'description'
    return show(c, session, typed, known, [{ field, text: say(c, problem) }])
  }
  const before = await findScope(c, typed.name)
  const outcome = await saveScope(doingOf(c, form), typed, isNew)
  if (outcome === 'saved') {
    const undo = keepUndo(c, session, before, typed, writeScope)
    return c.redirect(pathWith(c.var.paths.adminScopes, { saved: pathKey(typed.name), ...undo }), 303)
  }
  if (outcome !== 'taken') return showNothing(c, session)
  const { taken } = siteFor(c, session).texts.admin.scope
  return show(c, session, typed, known, [{ field: 'name', text: taken }])
}

function show(
  c: Context<'admin'>,
  session: Session,
  scope: TypedScope,
  known: string | undefined,
  problems: readonly Problem[] = [],
  notice: string | false = false,
) {
  const page = (
    <ScopePage
      site={siteFor(c, session)}
      scopeKey={known === undefined ? undefined : pathKey(known)}
      mayDelete={known !== undefined && !builtInScopes.includes(known)}
      scope={scope}
      attempt={makeAttempt()}
      problems={problems}
      notice={notice}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
