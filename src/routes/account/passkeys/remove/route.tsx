import { staleForm } from '../../../../http/attempt.ts'
import type { Context } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { readProvenForm, requireRecentSession, showNothing } from '../../../../http/require-session.ts'
import { makeAttempt } from '../../../../secrets/attempt.ts'
import { insertAuditEvent } from '../../../../store/audit-events.ts'
import { read, write } from '../../../../store/database.ts'
import { deletePasskey, findPasskey, hasPasskey } from '../../../../store/passkeys.ts'
import type { Session } from '../../../../store/sessions.ts'
import { RemovePasskeyPage } from './page.tsx'

/** GET /account/passkeys/{id}/remove asks first. */
export async function getRemovePasskey(c: Context): Promise<Response> {
  const session = await requireRecentSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST /account/passkeys/{id}/remove. Sent twice, the second finds nothing more to do. */
export async function postRemovePasskey(c: Context): Promise<Response> {
  const received = await readProvenForm(c)
  if (received instanceof Response) return received
  const { session } = received
  if (received.attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const userId = session.user.id
  const id = idOf(c)
  const { reference } = c.var
  const event = { id: received.attempt.id, type: 'passkey_removed', reference, userId, detail: id } as const
  await write(
    DB,
    [insertAuditEvent(DB, event, c.var.now, hasPasskey(userId, id)), deletePasskey(DB, userId, id)],
    {},
  )
  return c.redirect(c.var.paths.passkeys, 303)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { passkey } = await read(c.env.DB, { passkey: findPasskey(c.env.DB, session.user.id, idOf(c)) })
  if (passkey === undefined) return showNothing(c, session)
  const { id, name } = passkey
  const site = siteFor(c, session)
  const page = <RemovePasskeyPage site={site} id={id} name={name} attempt={makeAttempt()} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function idOf(c: Context): string {
  return c.req.param('id') ?? ''
}
