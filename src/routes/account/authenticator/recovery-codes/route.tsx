import { renewRecoveryCodes } from '../../../../acts/sign-in/own-authenticator.ts'
import type { Context } from '../../../../http/context.ts'
import { showPage, showPageOr, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { read } from '../../../../store/database.ts'
import { findAuthenticator } from '../../../../store/sign-in/authenticators.ts'
import { findRecoveryCodes } from '../../../../store/sign-in/recovery-codes.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { newCodesPage } from '../new-codes.tsx'
import { RecoveryCodesPage } from './page.tsx'

/** /account/authenticator/recovery-codes: POST creates ten new ones, and the old ones stop working. */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'account'>, session: Session, shown: Shown): Promise<Response> {
  const { DB } = c.env
  const { authenticator, codes } = await read(DB, {
    authenticator: findAuthenticator(DB, session.user.id),
    codes: findRecoveryCodes(DB, session.user.id),
  })
  if (authenticator === undefined) return c.redirect(c.var.paths.authenticator, 303)
  const site = siteFor(c, session)
  const page = (
    <RecoveryCodesPage site={site} left={codes.left} attempt={makeAttempt()} problem={shown.problem} />
  )
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context<'account'>, form: OwnForm): Promise<Response> {
  const { session, attempt } = form
  const { keyEncryptionSecret } = c.var.config
  const { codes } = await renewRecoveryCodes(doingOf(c, form), keyEncryptionSecret, attempt)
  const shown = { as: 'renewed', next: c.var.paths.authenticator } as const
  return showPageOr(c, newCodesPage(siteFor(c, session), attempt, codes, shown, c.var.now), shown.next)
}
