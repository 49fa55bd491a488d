import { saveDetailType } from '../../../../acts/requests/detail-type.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { keepUndo } from '../../../../http/kept-fields.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { say } from '../../../../http/problems.ts'
import { forgetTypes } from '../../../../http/server/published-details.ts'
import { asking, doingOf, formToShow, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { type DetailType, parseDetailType } from '../../../../rules/requests/detail-type.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findDetailType } from '../../../../store/requests/detail-type.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { parseJson } from '../../../../values/json.ts'
import { formProblems } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import { DetailTypePage, type TypedDetailType } from './page.tsx'

const kept = ['type', 'title', 'schema']

/** /admin/authorization-details/new */
export const newDetailType = asking({ kept, ask: askNew, act: (c, form) => save(c, form, undefined) })

/** /admin/authorization-details/{key} */
export const detailType = asking({ kept, ask, act: (c, form) => save(c, form, keyOf(c)) })

function askNew(c: Context<'admin' | 'problems'>, session: Session, { typed, problem }: Shown) {
  const form = typed === undefined ? { type: '', title: '', schema: example } : readTyped(typed, undefined)
  return show(c, session, form, undefined, formProblems(problem, 'title'))
}

async function ask(c: Context<'admin' | 'problems'>, session: Session, shown: Shown) {
  const type = keyOf(c)
  const { found } = await read(c.env.DB, { found: findDetailType(c.env.DB, type) })
  if (found === undefined) return showNothing(c, session)
  const { form, problem, notice } = formToShow(c, session, shown, {
    saved: formOf(found),
    written: writeType(found),
    read: (typed) => readTyped(typed, type),
    texts: siteFor(c, session).texts.admin.shared,
  })
  return show(c, session, notice ? indented(form) : form, type, formProblems(problem, 'title'), notice)
}

function keyOf(c: Context): string {
  return nameOf(c.req.param('key'))
}

/** The input. The type itself does not change. */
function readTyped(pairs: URLSearchParams, known: string | undefined): TypedDetailType {
  return {
    type: known ?? (pairs.get('type') ?? '').trim(),
    title: (pairs.get('title') ?? '').normalize('NFC').trim(),
    schema: (pairs.get('schema') ?? '').trim(),
  }
}

const formOf = (type: DetailType) => ({ ...type, schema: JSON.stringify(type.schema, null, 2) })

const indented = (form: TypedDetailType) => ({
  ...form,
  schema: JSON.stringify(parseJson(form.schema), null, 2) ?? form.schema,
})

/** A type in the fields that it is read from, as short as possible: a link has to hold them. */
function writeType({ title, schema }: DetailType): URLSearchParams {
  return new URLSearchParams({ title, schema: JSON.stringify(schema) })
}

/** `known` undefined: a new one. */
async function save(
  c: Context<'admin' | 'problems'>,
  form: OwnForm,
  known: string | undefined,
): Promise<Response> {
  const { session, pairs } = form
  const typed = readTyped(pairs, known)
  const parsed = parseDetailType(typed)
  if ('problems' in parsed) {
    const problems = parsed.problems.map(({ field, problem }) => ({ field, text: say(c, problem) }))
    return show(c, session, typed, known, problems)
  }
  const { DB } = c.env
  const { before } = await read(DB, { before: findDetailType(DB, typed.type) })
  const outcome = await saveDetailType(doingOf(c, form), parsed.type, known === undefined)
  forgetTypes(c)
  if (outcome === 'saved') {
    const undo = keepUndo(c, session, before, parsed.type, writeType)
    return c.redirect(pathWith(c.var.paths.adminDetailTypes, { saved: pathKey(typed.type), ...undo }), 303)
  }
  if (outcome !== 'taken') return showNothing(c, session)
  const { taken } = siteFor(c, session).texts.admin.details
  return show(c, session, typed, known, [{ field: 'type', text: taken }])
}

function show(
  c: Context<'admin'>,
  session: Session,
  typed: TypedDetailType,
  known: string | undefined,
  problems: readonly Problem[],
  notice: string | false = false,
) {
  const page = (
    <DetailTypePage
      site={siteFor(c, session)}
      typeKey={known === undefined ? undefined : pathKey(known)}
      typed={typed}
      attempt={makeAttempt()}
      problems={problems}
      notice={notice}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}

/** The payment of RFC 9396 §2, in part. */
const example = `{
  "properties": {
    "creditorName": { "title": "To", "type": "string", "maxLength": 70 },
    "instructedAmount": {
      "title": "Amount",
      "type": "object",
      "properties": {
        "currency": { "title": "currency", "type": "string", "pattern": "^[A-Z]{3}$" },
        "amount": { "title": "value", "type": "string", "pattern": "^[0-9]{1,9}\\\\.[0-9]{2}$" }
      },
      "required": ["currency", "amount"],
      "additionalProperties": false
    }
  },
  "required": ["creditorName", "instructedAmount"]
}`
