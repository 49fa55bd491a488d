import type { Context } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { listOtherServers } from '../../../store/clients/other-servers.ts'
import { read } from '../../../store/database.ts'
import { pathKey } from '../path-key.ts'
import { ServersPage } from './page.tsx'

/** GET /admin/servers */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { after, before } = readPlace(c)
  const saved = c.req.query('saved')
  const { servers } = await read(c.env.DB, { servers: listOtherServers(c.env.DB, after, pageSize) })
  const place = { path: c.var.paths.adminServers, search: '', after, before, next: servers.next }
  const items = servers.items.map((server) => ({ ...server, key: pathKey(server.issuer) }))
  const site = siteFor(c, session)
  return showPage(
    c,
    <ServersPage
      site={site}
      place={place}
      servers={items}
      saved={saved}
      undo={saved && undoLink(c, c.var.paths.adminServer(saved))}
    />,
  )
}
