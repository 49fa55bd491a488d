import { renamePasskey } from '../../../../acts/sign-in/own-passkeys.ts'
import type { Context } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { say } from '../../../../http/problems.ts'
import { asking, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { checkPasskeyName } from '../../../../rules/sign-in/passkey.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findPasskey } from '../../../../store/sign-in/passkeys.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { PasskeyNamePage } from './page.tsx'

/**
 * /account/passkeys/{id}/name: POST takes name. The last saved name counts. People choose by the name which passkey to remove,
 * so renaming needs the same proof as removing.
 */
export const { get, post } = asking({ kept: ['name'], ask, act })

async function ask(c: Context<'account'>, session: Session, { typed, problem }: Shown): Promise<Response> {
  const { passkey } = await read(c.env.DB, { passkey: findPasskey(c.env.DB, session.user.id, idOf(c)) })
  if (passkey === undefined) return showNothing(c, session)
  const page = (
    <PasskeyNamePage
      site={siteFor(c, session)}
      id={passkey.id}
      name={typed?.get('name')?.slice(0, 300) ?? passkey.name}
      attempt={makeAttempt()}
      problems={problem === undefined ? [] : [{ field: 'name', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

async function act(c: Context<'account' | 'problems'>, { session, pairs }: OwnForm): Promise<Response> {
  const name = checkPasskeyName((pairs.get('name') ?? '').slice(0, 300))
  if ('problem' in name) return ask(c, session, { typed: pairs, problem: say(c, name.problem) })
  const isDone = await renamePasskey(c.env.DB, session.user.id, idOf(c), name.value)
  return isDone ? c.redirect(c.var.paths.passkeys, 303) : showNothing(c, session)
}

function idOf(c: Context): string {
  return c.req.param('id') ?? ''
}
