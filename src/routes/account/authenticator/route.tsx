import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { idOfSecret } from '../../../secrets/derived-keys.ts'
import { read } from '../../../store/database.ts'
import { findAuthenticator } from '../../../store/sign-in/authenticators.ts'
import { findRecoveryCodes } from '../../../store/sign-in/recovery-codes.ts'
import { AuthenticatorPage } from './page.tsx'

/** GET /account/authenticator */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { authenticator, codes } = await read(DB, {
    authenticator: findAuthenticator(DB, session.user.id),
    codes: findRecoveryCodes(DB, session.user.id),
  })
  const newest = idOfSecret(c.var.config.keyEncryptionSecret)
  const areCodesOld = codes.left > 0 && codes.secretId !== undefined && codes.secretId !== newest
  const shown = authenticator && { createdAt: authenticator.createdAt, codesLeft: codes.left, areCodesOld }
  return showPage(c, <AuthenticatorPage site={siteFor(c, session)} authenticator={shown} />)
}
