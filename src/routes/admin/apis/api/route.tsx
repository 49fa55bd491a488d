import { type ApiConflicts, saveApi } from '../../../../acts/requests/apis.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { keepUndo } from '../../../../http/kept-fields.ts'
import { readPlace } from '../../../../http/list-page.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { sayAll } from '../../../../http/problems.ts'
import { asking, doingOf, formToShow, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { readStaticFile } from '../../../../http/static-file.ts'
import { signingKeys } from '../../../../http/tokens/signing.ts'
import type { Scope } from '../../../../rules/requests/scope.ts'
import { apiMetadata, type PublishedMetadata } from '../../../../rules/server/resource-metadata.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { listApiCallers } from '../../../../store/requests/api-callers.ts'
import { findApi, listScopesOfApi } from '../../../../store/requests/apis.ts'
import { listNamedClients } from '../../../../store/requests/named-clients.ts'
import type { RegisteredScope } from '../../../../store/requests/scopes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { fillText } from '../../../../ui/words/fill.tsx'
import { formProblems, unknownClients } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import { type ApiForm, apiFields, apiForm, parseApiForm, readApiForm, writeApiForm } from '../form.ts'
import type { CallersProps } from './callers.tsx'
import { ApiPage } from './page.tsx'
import { type ApiSnippet, apiSnippets, fillApiSnippets } from './snippets.ts'

/** /admin/apis/new */
export const newApi = asking({ kept: apiFields, ask: askNew, act: (c, form) => save(c, form, undefined) })

/** /admin/apis/{key} */
export const api = asking({ kept: apiFields, ask, act: (c, form) => save(c, form, keyOf(c)) })

function askNew(c: Context<'admin' | 'problems'>, session: Session, { typed, problem }: Shown) {
  const form = readApiForm(typed ?? new URLSearchParams(), undefined)
  return show(c, session, form, undefined, { problems: formProblems(problem) })
}

async function ask(c: Context<'admin' | 'problems'>, session: Session, shown: Shown) {
  const identifier = keyOf(c)
  const [found, listed] = await Promise.all([findForm(c, identifier), findCallers(c, identifier)])
  if (found === undefined) return showNothing(c, session)
  const { api, scopes, form: saved } = found
  const { form, problem, notice } = formToShow(c, session, shown, {
    saved,
    written: writeApiForm(saved),
    read: (typed) => readApiForm(typed, identifier),
    texts: siteFor(c, session).texts.admin.shared,
  })
  const problems = formProblems(problem)
  const open = scopes.filter(({ restricted }) => !restricted).map(({ name }) => name)
  const metadata = apiMetadata(c.var.issuer, api, open)
  const snippets = fillApiSnippets(await readApiTemplates(c), c.var, api, open)
  const isNew = c.req.query('saved') !== undefined && shown.typed === undefined
  const callers = scopes.length > 0 && { ...listed, offered: offeredOf(scopes) }
  return show(c, session, form, identifier, { problems, metadata, snippets, callers, notice, isNew })
}

/** Limit of each of the two lists. */
const mostCallers = 20

/** A page of the applications that may request its scopes, and with `show=others` of those that may not; else the first. */
async function findCallers(c: Context, identifier: string) {
  const { DB } = c.env
  const asked = readPlace(c)
  const others = c.req.query('show') === 'others'
  const first = { search: '', after: '', before: [] }
  const [here, there] = others ? [first, asked] : [asked, first]
  const path = c.var.paths.adminApi(pathKey(identifier))
  const { may, mayNot } = await read(DB, {
    may: listApiCallers(DB, identifier, true, { after: here.after, size: mostCallers }),
    mayNot: listApiCallers(DB, identifier, false, { after: there.after, size: mostCallers }),
  })
  return {
    allowed: { place: { path, ...here, next: may.next }, items: may.items },
    others: { place: { path, ...there, next: mayNot.next, show: 'others' }, items: mayNot.items },
  }
}

/** The scopes that the form of another application begins with: of an API with restricted ones only, these. */
function offeredOf(scopes: readonly RegisteredScope[]): Scope {
  const open = scopes.filter(({ restricted }) => !restricted)
  return (open.length > 0 ? open : scopes).slice(0, mostOffered).map(({ name }) => name)
}

/** Limit of the scopes in a link. */
const mostOffered = 10

/** Each file was deployed together with this code, and the type check reads the same one. */
async function readApiTemplates(c: Context): Promise<Parameters<typeof fillApiSnippets>[0]> {
  return (await readStaticFile(c, apiSnippets)) as Parameters<typeof fillApiSnippets>[0]
}

/** An API as it is now, with its form. */
async function findForm(c: Context, identifier: string) {
  const { DB } = c.env
  const { api, scopes, introspectors, exchangers } = await read(DB, {
    api: findApi(DB, identifier),
    scopes: listScopesOfApi(DB, identifier),
    introspectors: listNamedClients(DB, 'api_introspectors', identifier),
    exchangers: listNamedClients(DB, 'api_exchangers', identifier),
  })
  return api && { api, scopes, form: apiForm(api, scopes, introspectors, exchangers) }
}

function keyOf(c: Context): string {
  return nameOf(c.req.param('key'))
}

/** `known` undefined: a new one. */
async function save(
  c: Context<'admin' | 'problems'>,
  form: OwnForm,
  known: string | undefined,
): Promise<Response> {
  const { session, pairs } = form
  const typed = readApiForm(pairs, known)
  const before = known === undefined ? undefined : await findForm(c, known)
  const parsed = parseApiForm(typed, c.var, before?.form.name)
  if ('problems' in parsed) return show(c, session, typed, known, { problems: sayAll(c, parsed.problems) })
  const { identifier } = parsed.api
  const outcome = await saveApi(doingOf(c, form), parsed, known === undefined)
  if (typeof outcome === 'object')
    return show(c, session, typed, known, {
      problems: problemsOfConflicts(c, session, outcome, identifier),
    })
  if (outcome !== 'saved') return showNothing(c, session)
  // It may read the JWK set next.
  await signingKeys(c, [parsed.api.accessTokenAlg])
  // A new API has to check its tokens next: its own page has the code for that.
  if (known === undefined)
    return c.redirect(pathWith(c.var.paths.adminApi(pathKey(identifier)), { saved: '' }), 303)
  const after = await findForm(c, identifier)
  const undo = keepUndo(c, session, before?.form, after?.form, writeApiForm)
  return c.redirect(pathWith(c.var.paths.adminApis, { saved: pathKey(identifier), ...undo }), 303)
}

function problemsOfConflicts(
  c: Context<'admin' | 'problems'>,
  session: Session,
  { taken, elsewhere, unknown }: ApiConflicts,
  identifier: string,
): readonly Problem[] {
  const t = siteFor(c, session).texts.admin.api
  const text = taken === identifier ? t.taken : fillText(t.takenAs, { identifier: taken ?? '' })
  return [
    ...(taken === undefined ? [] : [{ field: 'identifier', text }]),
    ...elsewhere.map((scope) => ({ field: 'scopes', text: fillText(t.elsewhere, { scope }) })),
    ...sayAll(c, unknownClients(unknown)),
  ]
}

interface ShownApi {
  readonly problems: readonly Problem[]
  readonly metadata?: PublishedMetadata | undefined
  readonly snippets?: readonly ApiSnippet[]
  readonly callers?: Omit<CallersProps, 'site'> | false
  /** Above the form. */
  readonly notice?: string | false
  /** It was saved for the first time just now. */
  readonly isNew?: boolean
}

function show(
  c: Context<'admin'>,
  session: Session,
  form: ApiForm,
  known: string | undefined,
  { problems, metadata, snippets, callers = false, notice = false, isNew = false }: ShownApi,
) {
  const page = (
    <ApiPage
      site={siteFor(c, session)}
      apiKey={known === undefined ? undefined : pathKey(known)}
      form={form}
      lifetime={c.var.config.lifetimes.accessToken}
      metadata={metadata}
      snippets={snippets}
      callers={callers}
      attempt={makeAttempt()}
      problems={problems}
      notice={notice}
      isNew={isNew}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
