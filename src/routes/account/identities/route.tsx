import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { identityKey } from '../../../http/sign-in/path-identity.ts'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listIdentities } from '../../../store/sign-in/identities.ts'
import { IdentitiesPage } from './page.tsx'

/** GET /account/identities */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { identities } = await read(c.env.DB, { identities: listIdentities(c.env.DB, session.user.id) })
  const shown = identities.map((identity) => ({ ...identity, key: identityKey(identity) }))
  return showPage(c, <IdentitiesPage site={siteFor(c, session)} identities={shown} />)
}
