import type { Context } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { showOff } from '../../../http/openid/provider-failed.ts'
import { visitProvider, type Wish } from '../../../http/openid/provider-visit.ts'
import { rulesOf } from '../../../http/openid/purposes.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { outdatedText } from '../../../http/sign-in/outdated-form.ts'
import { noteUse, visitorQuery } from '../../../http/sign-in/session.ts'
import type { Connection } from '../../../rules/sign-in/connection.ts'
import { purposeOf } from '../../../rules/sign-in/provider-attempt.ts'
import { read } from '../../../store/database.ts'
import { findConnection } from '../../../store/sign-in/connections.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { ProviderPage } from './page.tsx'

/** GET /login/with/{connection}?next=…&purpose=…: one button. It changes nothing, wherever the link came from. */
export async function get(c: Context): Promise<Response> {
  const { next = '', purpose, again, hint } = c.req.query()
  const wish = { next, purpose: purposeOf(purpose), again: again !== undefined, hint }
  return withConnection(c, wish, (connection, session) => show(c, connection, session, wish))
}

/** POST /login/with/{connection}: next, purpose, again, prompt. Redirects to the provider. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const purpose = purposeOf(pairs.get('purpose') ?? undefined)
  const wish = {
    next: pairs.get('next') ?? '',
    purpose,
    again: pairs.has('again'),
    hint: pairs.get('hint') ?? undefined,
  }
  return withConnection(c, wish, (connection, session) =>
    isOwnForm(c, pairs)
      ? visitProvider(c, connection, session, wish, pairs.get('prompt') === 'none')
      : show(c, connection, session, wish, outdatedText(c)),
  )
}

/** With the connection, if it may be used for this purpose now, and the person who is signed in. */
async function withConnection(
  c: Context,
  { next, purpose }: Wish,
  then: (connection: Connection, session: Session | undefined) => Response | Promise<Response>,
): Promise<Response> {
  const { DB } = c.env
  const { connection, session } = await read(DB, {
    connection: findConnection(DB, c.req.param('connection') ?? ''),
    session: visitorQuery(c),
  })
  noteUse(c, session)
  const isOff = connection?.suspendedAt !== undefined && purpose !== 'test'
  if (connection === undefined || isOff) return showOff(c, session, next)
  return (await rulesOf[purpose].refuse(c, connection, session)) ?? then(connection, session)
}

function show(
  c: Context,
  connection: Connection,
  session: Session | undefined,
  wish: Wish,
  problem?: string,
): Response | Promise<Response> {
  const page = <ProviderPage site={siteFor(c, session)} connection={connection} {...wish} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 403)
}
