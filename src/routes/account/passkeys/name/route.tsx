import type { Context } from '../../../../http/context.ts'
import { keptField } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { say } from '../../../../http/problems.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { checkPasskeyName } from '../../../../rules/sign-in/passkey.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read, write } from '../../../../store/database.ts'
import { findPasskey, updatePasskeyName } from '../../../../store/sign-in/passkeys.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { PasskeyNamePage } from './page.tsx'

/** GET /account/passkeys/{id}/name */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session, { typed: keptField(c, session, 'name') })
}

/**
 * POST /account/passkeys/{id}/name: name. Of two names the last one that is saved counts. People choose by the name which
 * passkey to remove, so a new one takes the same proof as removing it.
 */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c, ['name'])
  if (received instanceof Response) return received
  const { session } = received
  const typed = (received.pairs.get('name') ?? '').slice(0, 300)
  if (received.attempt === undefined) return ask(c, session, { typed, problem: staleForm(c) })
  const name = checkPasskeyName(typed)
  if ('problem' in name) return ask(c, session, { typed, problem: say(c, name.problem) })
  const { DB } = c.env
  const [userId, id] = [session.user.id, idOf(c)]
  const { passkey } = await write(DB, [updatePasskeyName(DB, userId, id, name.value)], {
    passkey: findPasskey(DB, userId, id),
  })
  return passkey === undefined ? showNothing(c, session) : c.redirect(c.var.paths.passkeys, 303)
}

async function ask(
  c: Context,
  session: Session,
  { typed, problem }: { readonly typed?: string | undefined; readonly problem?: string } = {},
): Promise<Response> {
  const { passkey } = await read(c.env.DB, { passkey: findPasskey(c.env.DB, session.user.id, idOf(c)) })
  if (passkey === undefined) return showNothing(c, session)
  const page = (
    <PasskeyNamePage
      site={siteFor(c, session)}
      id={passkey.id}
      name={typed ?? passkey.name}
      attempt={makeAttempt()}
      problems={problem === undefined ? [] : [{ field: 'name', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

function idOf(c: Context): string {
  return c.req.param('id') ?? ''
}
