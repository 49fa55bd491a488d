import type { Context } from '../../../http/context.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { listClients } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import { ApplicationListPage } from '../../../ui/application-list.tsx'

/** GET /admin/applications: those of all developers. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { search, after } = readPlace(c)
  const owner = c.req.query('owner') || undefined
  const { clients } = await read(c.env.DB, {
    clients: listClients(c.env.DB, owner, search, after, pageSize),
  })
  const { paths, messages } = c.var
  const site = siteFor(c, session)
  return showPage(
    c,
    <ApplicationListPage
      site={site}
      title={site.texts.admin.applications.title}
      place={{ path: paths.adminApplications, search, after, next: clients.next, filters: { owner } }}
      items={clients.items}
      showOwner
      trail={{ href: paths.admin, name: messages.layout.administration }}
    />,
  )
}
