import type { Context } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { findOtherServer, listOtherServers, otherServerSorts } from '../../../store/clients/other-servers.ts'
import { read } from '../../../store/database.ts'
import { nameOf, pathKey } from '../path-key.ts'
import { ServersPage } from './page.tsx'

/** GET /admin/servers */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { asked, chosen } = readList(c, otherServerSorts)
  const saved = c.req.query('saved')
  const { servers, one } = await read(c.env.DB, {
    servers: listOtherServers(c.env.DB, chosen),
    one: findOtherServer(c.env.DB, nameOf(saved)),
  })
  const place = placeOn(c.var.paths.adminServers, asked, servers, chosen.sort)
  const items = servers.items.map((server) => ({
    key: pathKey(server.issuer),
    name: server.name,
    identifier: server.issuer,
  }))
  const site = siteFor(c, session)
  return showPage(
    c,
    <ServersPage
      site={site}
      place={place}
      items={items}
      saved={saved}
      what={one?.name}
      undo={saved && undoLink(c, c.var.paths.adminServer(saved))}
    />,
  )
}
