import { removePasskey } from '../../../../acts/sign-in/own-passkeys.ts'
import type { Context } from '../../../../http/context.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { holds, read } from '../../../../store/database.ts'
import { isNotLastWay } from '../../../../store/sign-in/factors.ts'
import { findPasskey } from '../../../../store/sign-in/passkeys.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
import { RemovePasskeyPage } from './page.tsx'

/** /account/passkeys/{id}/remove. Sent twice, the second POST finds nothing more to do. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'account'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const { passkey, mayGo } = await read(DB, {
    passkey: findPasskey(DB, session.user.id, idOf(c)),
    mayGo: holds(DB, isNotLastWay(session.user.id, { passkeyId: idOf(c) })),
  })
  if (passkey === undefined) return showNothing(c, session)
  if (!mayGo) return refuseLast(c, session)
  const { id, name } = passkey
  const site = siteFor(c, session)
  const page = (
    <RemovePasskeyPage site={site} id={id} name={name} attempt={makeAttempt()} problem={shown.problem} />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context<'account'>, form: OwnForm): Promise<Response> {
  const { session } = form
  if (!(await removePasskey(doingOf(c, form), idOf(c)))) return refuseLast(c, session)
  tellOfChange(c, session.user, form.attempt.id)
  return c.redirect(c.var.paths.passkeys, 303)
}

function refuseLast(c: Context<'account'>, session: Session) {
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
