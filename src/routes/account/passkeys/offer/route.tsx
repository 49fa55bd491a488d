import { type Context, learn } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { deviceOf } from '../../../../http/people/mailer.ts'
import { keepCookie, readCookie } from '../../../../http/sign-in/cookies.ts'
import { conditionalOptions } from '../../../../http/sign-in/passkey-options.ts'
import { receiveForm, requireSession } from '../../../../http/sign-in/require-session.ts'
import { parseNextPath } from '../../../../rules/sign-in/next-path.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { PasskeyOfferPage } from './page.tsx'

/** GET /account/passkeys/offer?next=… After a sign-in by password, on a device that supports passkeys. */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const next = parseNextPath(c.req.query('next')) ?? c.var.paths.home
  if (session.hasPasskey || readCookie(c, 'no-passkey') !== undefined) return c.redirect(next, 303)
  learn(c, { surface: 'flow' })
  const page = (
    <PasskeyOfferPage
      site={siteFor(c, session)}
      next={next}
      options={conditionalOptions(c, session)}
      name={deviceOf(c)}
      attempt={makeAttempt()}
    />
  )
  return showPage(c, page)
}

/** POST /account/passkeys/offer: next. Not now: this browser does not ask again for a year. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  keepCookie(c, 'no-passkey', 'yes', 365 * 86_400)
  return c.redirect(parseNextPath(received.pairs.get('next') ?? '') ?? c.var.paths.home, 303)
}
