import { userSelections } from '../../../acts/people/selected-users.ts'
import type { Context } from '../../../http/context.ts'
import { pageSize, readDone, readPlace, readShow } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listUsers, mostCounted, userFilters } from '../../../store/people/user-search.ts'
import { UsersPage } from './page.tsx'

/** GET /admin/users: name, after. */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { search, after, before } = readPlace(c)
  const show = readShow(c, userFilters)
  const { found } = await read(c.env.DB, { found: listUsers(c.env.DB, search, after, pageSize, show) })
  const { items, next } = found.page
  const place = { path: c.var.paths.adminUsers, search, after, before, next, show: show ?? '' }
  return showPage(
    c,
    <UsersPage
      site={siteFor(c, session)}
      place={place}
      users={items}
      counted={found.counted}
      most={mostCounted}
      deleted={c.req.query('deleted') !== undefined}
      done={readDone(c, userSelections)}
    />,
  )
}
