import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { signalOf } from '../../../http/sign-in/passkey-options.ts'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listPasskeys } from '../../../store/sign-in/passkeys.ts'
import { PasskeysPage } from './page.tsx'

/** GET /account/passkeys */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { passkeys } = await read(c.env.DB, { passkeys: listPasskeys(c.env.DB, session.user.id) })
  const { id, username } = session.user
  const signal = { ...signalOf(c, id, passkeys), name: username, displayName: username }
  return showPage(c, <PasskeysPage site={siteFor(c, session)} signal={signal} passkeys={passkeys} />)
}
