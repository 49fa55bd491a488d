import type { Context } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { insertAuditEvent } from '../../../../store/audit-events.ts'
import { holds, read, write } from '../../../../store/database.ts'
import { deletePasskey, findPasskey, hasPasskey, isNotLastWay } from '../../../../store/sign-in/passkeys.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { and } from '../../../../store/sql.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { RemovePasskeyPage } from './page.tsx'

/** GET /account/passkeys/{id}/remove asks first. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST /account/passkeys/{id}/remove. Sent twice, the second finds nothing more to do. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session } = received
  if (received.attempt === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const userId = session.user.id
  const id = idOf(c)
  const { reference } = c.var
  const event = { id: received.attempt.id, type: 'passkey_removed', reference, userId, detail: id } as const
  const removable = and(hasPasskey(userId, id), isNotLastWay(userId, id))
  const { isStill } = await write(
    DB,
    [insertAuditEvent(DB, event, c.var.now, removable), deletePasskey(DB, userId, id)],
    { isStill: holds(DB, hasPasskey(userId, id)) },
  )
  if (isStill) return refuseLast(c, session)
  tellOfChange(c, session.user)
  return c.redirect(c.var.paths.passkeys, 303)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const { passkey, mayGo } = await read(DB, {
    passkey: findPasskey(DB, session.user.id, idOf(c)),
    mayGo: holds(DB, isNotLastWay(session.user.id, idOf(c))),
  })
  if (passkey === undefined) return showNothing(c, session)
  if (!mayGo) return refuseLast(c, session)
  const { id, name } = passkey
  const site = siteFor(c, session)
  const page = <RemovePasskeyPage site={site} id={id} name={name} attempt={makeAttempt()} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function refuseLast(c: Context, session: Session) {
  const { paths, texts } = siteFor(c, session)
  const t = texts.account.passkeys
  const advice = (
    <Fill
      text={t.lastText}
      password={<a href={paths.accountPassword}>{t.setPassword}</a>}
      passkey={<a href={paths.newPasskey}>{t.addAnother}</a>}
    />
  )
  return refusePage(c, session, 403, t.last, advice)
}

function idOf(c: Context): string {
  return c.req.param('id') ?? ''
}
