import { removeAuthenticator } from '../../../../acts/sign-in/own-authenticator.ts'
import type { Context } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tellOfChange } from '../../../../http/people/mailer.ts'
import { asking, doingOf, type OwnForm, type Shown, statusOf } from '../../../../http/sign-in/asking.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { RemoveAuthenticatorPage } from './page.tsx'

/** /account/authenticator/remove. Sent twice, the second POST finds nothing more to do. */
export const { get, post } = asking({ ask, act })

function ask(c: Context<'account'>, session: Session, shown: Shown) {
  const site = siteFor(c, session)
  const page = <RemoveAuthenticatorPage site={site} attempt={makeAttempt()} problem={shown.problem} />
  return showPage(c, page, statusOf(shown))
}

async function act(c: Context, form: OwnForm): Promise<Response> {
  await removeAuthenticator(doingOf(c, form))
  tellOfChange(c, form.session.user, form.attempt.id)
  return c.redirect(c.var.paths.authenticator, 303)
}
