import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { findAuthenticator } from '../../../store/sign-in/authenticators.ts'
import { findRecoveryCodes } from '../../../store/sign-in/recovery-codes.ts'
import { AuthenticatorPage } from './page.tsx'

/** GET /account/authenticator */
export async function getAuthenticator(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { authenticator, codes } = await read(DB, {
    authenticator: findAuthenticator(DB, session.user.id),
    codes: findRecoveryCodes(DB, session.user.id),
  })
  const shown = authenticator && { createdAt: authenticator.createdAt, codesLeft: codes.left }
  return showPage(c, <AuthenticatorPage site={siteFor(c, session)} authenticator={shown} />)
}
