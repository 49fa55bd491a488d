import { changeConnection } from '../../../../acts/sign-in/connections.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { keepUndo } from '../../../../http/kept-fields.ts'
import { readTestAnswer } from '../../../../http/openid/test-answer.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { sayAll } from '../../../../http/problems.ts'
import { asking, doingOf, formToShow, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { pathConnection } from '../../../../http/sign-in/path-connection.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import type { Connection } from '../../../../rules/sign-in/connection.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { isObject, parseJson } from '../../../../values/json.ts'
import { formProblems } from '../../form.ts'
import {
  type ClaimsForm,
  claimFields,
  claimsForm,
  parseClaimsForm,
  readClaimsForm,
  type TypedClaims,
  writeClaimsForm,
} from './form.ts'
import { mapClaims } from './map.ts'
import { ConnectionClaimsPage, type MappedClaims } from './page.tsx'

type ClaimsContext = Context<'admin' | 'connections' | 'problems'>

/** /admin/connections/{id}/claims: POST saves, or with `act=preview` only shows the result of the answer in `sample`. */
export const { get, post } = asking({ kept: ['seen', ...claimFields], ask, act })

async function ask(c: ClaimsContext, session: Session, shown: Shown): Promise<Response> {
  const { known } = await pathConnection(c)
  if (known === undefined) return showNothing(c, session)
  const saved = claimsForm(known.settings)
  const { form, problem, notice } = formToShow(c, session, shown, {
    saved,
    written: writeClaimsForm(saved),
    read: readClaimsForm,
    texts: siteFor(c, session).texts.admin.shared,
  })
  const tested = await readTestAnswer(c, session, known.id)
  return show(c, session, known, {
    form,
    problems: formProblems(problem),
    sample: tested === undefined ? '' : JSON.stringify(tested, undefined, 2),
    ...(tested !== undefined && { preview: mapClaims(tested, known.settings) }),
    notice,
    seen: shown.typed?.get('seen'),
  })
}

async function act(c: ClaimsContext, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const { known } = await pathConnection(c)
  if (known === undefined) return showNothing(c, session)
  const typed = readClaimsForm(pairs)
  const seen = pairs.get('seen')
  const sample = pairs.get('sample') ?? ''
  const t = c.var.texts.connections
  const parsed = parseClaimsForm(typed)
  if ('problems' in parsed)
    return show(c, session, known, { form: typed, problems: sayAll(c, parsed.problems), seen, sample })
  if (pairs.get('act') === 'preview') {
    const answer = parseJson(sample)
    return isObject(answer)
      ? show(c, session, known, {
          form: typed,
          problems: [],
          seen,
          sample,
          preview: mapClaims(answer, { ...known.settings, ...parsed }),
        })
      : show(c, session, known, {
          form: typed,
          problems: [{ field: 'sample', text: t.claims.sampleWrong }],
          seen,
          sample,
        })
  }
  const outcome = await changeConnection(doingOf(c, form), editOf(known, parsed), undefined, Number(seen))
  if (typeof outcome === 'object') {
    if (outcome.isOutdated) {
      const problems = problemsIn('subject', t.form.outdated)
      return show(c, session, known, { form: claimsForm(known.settings), problems, sample })
    }
    const problems = problemsIn('subject', t.form.losesPeople)
    return show(c, session, known, { form: typed, problems, seen, sample })
  }
  const after = outcome === 'saved' ? (await pathConnection(c)).known : undefined
  if (after === undefined) return showNothing(c, session)
  const undo = keepUndo(c, session, claimsForm(known.settings), claimsForm(after.settings), writeClaimsForm)
  const path = c.var.paths.adminConnection(known.id)
  return c.redirect(pathWith(path, { saved: 'connection_changed', ...undo }), 303)
}

function editOf({ id, name, clientId, settings }: Connection, typed: TypedClaims) {
  return { id, name, clientId, settings: { ...settings, ...typed } }
}

function problemsIn(field: string, text: string): readonly Problem[] {
  return [{ field, text }]
}

interface ShownForm {
  readonly form: ClaimsForm
  readonly problems: readonly Problem[]
  readonly notice?: string | false
  readonly seen?: string | null | undefined
  readonly sample?: string
  readonly preview?: MappedClaims
}

function show(
  c: ClaimsContext,
  session: Session,
  known: Connection,
  { form, problems, notice = false, seen, sample = '', preview }: ShownForm,
) {
  const site = siteFor(c, session)
  const page = (
    <ConnectionClaimsPage
      site={site}
      connection={known}
      seenAt={Number(seen ?? known.updatedAt)}
      form={form}
      sample={sample}
      preview={preview}
      attempt={makeAttempt()}
      problems={problems}
      notice={notice}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
