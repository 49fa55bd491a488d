import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { signalOf } from '../../../http/sign-in/passkey-options.ts'
import { currentSession } from '../../../http/sign-in/session.ts'
import { isEqual } from '../../../values/equal.ts'
import { DeletedPage } from './page.tsx'
import { signDeleted } from './signature.ts'

/** GET /account/deleted: for a person whose account was deleted. */
export async function get(c: Context<'account'>): Promise<Response> {
  const { config, paths } = c.var
  const session = await currentSession(c)
  if (session !== undefined) return c.redirect(paths.account, 303)
  const id = c.req.query('id') ?? ''
  const isSigned = isEqual(c.req.query('signed') ?? '', signDeleted(config.keyEncryptionSecret, id))
  const signal = isSigned ? signalOf(c, id, []) : undefined
  return showPage(c, <DeletedPage site={siteFor(c, undefined)} signal={signal} />)
}
