import type { Context } from '../../http/context.ts'
import { pageSize, placeOn, readList, readShow } from '../../http/list-page.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { requireSession } from '../../http/sign-in/require-session.ts'
import { clientFilters } from '../../rules/clients/client.ts'
import { may } from '../../rules/people/role.ts'
import { clientSorts, searchClients } from '../../store/clients/search.ts'
import { read } from '../../store/database.ts'
import { ApplicationListPage } from '../../ui/application-list.tsx'
import { Endpoints } from '../../ui/endpoints.tsx'
import { Done } from '../../ui/outcome.tsx'

/** GET /o/applications: a person's own; administrators see all. */
export async function get(c: Context<'applications' | 'start'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { id, role } = session.user
  const seesAll = may(role, 'administer')
  const { asked, chosen } = readList(c, clientSorts)
  const { search, after } = asked
  const { sort } = chosen
  const show = readShow(c, clientFilters)
  const { clients } = await read(c.env.DB, {
    clients: searchClients(
      c.env.DB,
      { ownerId: seesAll ? undefined : id, search, show, after, sort },
      pageSize,
    ),
  })
  const site = siteFor(c, session)
  const deleted = c.req.query('deleted') !== undefined
  return showPage(
    c,
    <ApplicationListPage
      site={site}
      done={deleted && <Done>{site.texts.applications.delete.done}</Done>}
      title={c.var.messages.layout.applications}
      place={{ ...placeOn(c.var.paths.applications, asked, clients.page, clients.sort), show: show ?? '' }}
      isUnsorted={clients.sort.by !== sort.by}
      filters={clientFilters}
      isByBeginning={clients.isByBeginning}
      items={clients.page.items}
      showOwner={seesAll}
      below={site.viewer?.registers === true ? <Endpoints site={site} /> : undefined}
    />,
  )
}
