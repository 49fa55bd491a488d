import { saveOtherServer } from '../../../../acts/clients/other-servers.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { keepUndo } from '../../../../http/kept-fields.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { sayAll } from '../../../../http/problems.ts'
import { asking, doingOf, formToShow, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findOtherServer, listServerClients } from '../../../../store/clients/other-servers.ts'
import { read } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import { formProblems, unknownClients } from '../../form.ts'
import { nameOf, pathKey } from '../../path-key.ts'
import {
  parseServerForm,
  readServerForm,
  type ServerForm,
  serverFields,
  serverForm,
  writeServerForm,
} from '../form.ts'
import { ServerPage } from './page.tsx'

type AdminContext = Context<'admin' | 'problems'>

/** /admin/servers/new */
export const newServer = asking({
  kept: serverFields,
  ask: askNew,
  act: (c, form) => save(c, form, undefined),
})

/** /admin/servers/{key} */
export const server = asking({ kept: serverFields, ask, act: (c, form) => save(c, form, keyOf(c)) })

function askNew(c: AdminContext, session: Session, { typed, problem }: Shown) {
  const form = readServerForm(typed ?? new URLSearchParams(), undefined)
  return show(c, session, form, undefined, formProblems(problem))
}

async function ask(c: AdminContext, session: Session, shown: Shown) {
  const issuer = keyOf(c)
  const saved = await findForm(c, issuer)
  if (saved === undefined) return showNothing(c, session)
  const { form, problem, notice } = formToShow(c, session, shown, {
    saved,
    written: writeServerForm(saved),
    read: (typed) => readServerForm(typed, issuer),
    texts: siteFor(c, session).texts.admin.shared,
  })
  return show(c, session, form, issuer, formProblems(problem), notice)
}

/** The form of a server as it is now. */
async function findForm(c: Context, issuer: string): Promise<ServerForm | undefined> {
  const { DB } = c.env
  const { server, accepted, asserted } = await read(DB, {
    server: findOtherServer(DB, issuer),
    ...listServerClients(DB, issuer),
  })
  return server && serverForm({ server, accepted, asserted })
}

function keyOf(c: Context): string {
  return nameOf(c.req.param('key'))
}

/** `known` undefined: a new one. */
async function save(c: AdminContext, form: OwnForm, known: string | undefined): Promise<Response> {
  const { session, pairs } = form
  const typed = readServerForm(pairs, known)
  const before = known === undefined ? undefined : await findForm(c, known)
  const parsed = parseServerForm(typed, c.var.issuer, before?.name)
  if ('problems' in parsed) return show(c, session, typed, known, sayAll(c, parsed.problems))
  const { issuer } = parsed.server
  const outcome = await saveOtherServer(doingOf(c, form), parsed, known === undefined)
  if (typeof outcome === 'object') {
    const text = siteFor(c, session).texts.admin.server.taken
    const taken = outcome.isTaken ? [{ field: 'issuer', text }] : []
    return show(c, session, typed, known, [...taken, ...sayAll(c, unknownClients(outcome.unknown))])
  }
  if (outcome !== 'saved') return showNothing(c, session)
  const after = await findForm(c, issuer)
  const undo = keepUndo(c, session, before, after, writeServerForm)
  return c.redirect(pathWith(c.var.paths.adminServers, { saved: pathKey(issuer), ...undo }), 303)
}

function show(
  c: Context<'admin'>,
  session: Session,
  form: ServerForm,
  known: string | undefined,
  problems: readonly Problem[],
  notice: string | false = false,
) {
  const page = (
    <ServerPage
      site={siteFor(c, session)}
      serverKey={known === undefined ? undefined : pathKey(known)}
      form={form}
      attempt={makeAttempt()}
      problems={problems}
      notice={notice}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
