import type { Context } from '../../http/context.ts'
import { pageSize, placeOn, readList, readShow } from '../../http/list-page.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { readForUser } from '../../http/sign-in/require-session.ts'
import { clientFilters } from '../../rules/clients/client.ts'
import { may } from '../../rules/people/role.ts'
import { clientSorts, searchClients } from '../../store/clients/search.ts'
import { ApplicationListPage } from '../../ui/application-list.tsx'
import { Endpoints } from '../../ui/endpoints.tsx'
import { Done } from '../../ui/outcome.tsx'

/** GET /o/applications: a person's own; administrators see all. */
export async function get(c: Context<'applications' | 'start'>): Promise<Response> {
  const { asked, chosen } = readList(c, clientSorts)
  const { search, after } = asked
  const { sort } = chosen
  const show = readShow(c, clientFilters)
  const answer = await readForUser(c, ({ id, role }) => {
    const ownerId = may(role, 'administer') ? undefined : id
    return { clients: searchClients(c.env.DB, { ownerId, search, show, after, sort }, pageSize) }
  })
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const { clients } = found
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
      showOwner={may(session.user.role, 'administer')}
      below={site.viewer?.registers === true ? <Endpoints site={site} /> : undefined}
    />,
  )
}
