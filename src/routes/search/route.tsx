import type { Context } from '../../http/context.ts'
import { readPlace } from '../../http/list-page.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { requireSession } from '../../http/sign-in/require-session.ts'
import { may } from '../../rules/people/role.ts'
import { searchClients } from '../../store/clients/search.ts'
import { read } from '../../store/database.ts'
import { listUsers } from '../../store/people/user-search.ts'
import { partsOf } from '../../ui/navigation.tsx'
import { SearchPage } from './page.tsx'

/** Of each kind. Each has a full list, with its own search. */
const most = 8

/** GET /search: `name` finds pages, a person's own applications, and users for people who may see the administration. */
export async function get(c: Context<'start'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { id, role } = session.user
  const { search } = readPlace(c)
  const site = siteFor(c, session)
  const sought = search.toLowerCase()
  const pages = partsOf(site).flatMap((part) =>
    part.places
      .filter(({ name }) => `${name} ${part.name}`.toLowerCase().includes(sought))
      .map(({ href, name }) => ({ href, name, under: part.name })),
  )
  if (search === '') return showPage(c, <SearchPage site={site} search={search} pages={pages} />)
  const { DB } = c.env
  const ownerId = may(role, 'administer') ? undefined : id
  const own = searchClients(DB, { ownerId, search }, most)
  // Only people who may see the administration can search users.
  const { clients, users } = may(role, 'see')
    ? await read(DB, { clients: own, users: listUsers(DB, { search }, most) })
    : { ...(await read(DB, { clients: own })), users: undefined }
  return showPage(
    c,
    <SearchPage
      site={site}
      search={search}
      pages={pages}
      applications={clients.page.items.map(({ id, name, ownerName }) => ({
        href: c.var.paths.application(id),
        name,
        under: ownerName,
      }))}
      users={users?.items.map((user) => ({ href: c.var.paths.adminUser(user.id), name: user.username }))}
    />,
  )
}
