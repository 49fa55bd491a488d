import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { identityKey } from '../../../http/sign-in/path-identity.ts'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listButtons } from '../../../store/sign-in/connections.ts'
import { listIdentities } from '../../../store/sign-in/identities.ts'
import { IdentitiesPage } from './page.tsx'

/** GET /account/identities */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { identities, connections } = await read(DB, {
    identities: listIdentities(DB, session.user.id),
    connections: listButtons(DB),
  })
  const shown = identities.map((identity) => ({ ...identity, key: identityKey(identity) }))
  return showPage(
    c,
    <IdentitiesPage site={siteFor(c, session)} identities={shown} connections={connections} />,
  )
}
