import type { Context } from '../../../http/context.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listUsers } from '../../../store/people/users.ts'
import { UsersPage } from './page.tsx'

/** GET /admin/users */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { search, after } = readPlace(c)
  const { users } = await read(c.env.DB, { users: listUsers(c.env.DB, search, after, pageSize) })
  const place = { path: c.var.paths.adminUsers, search, after, next: users.next }
  return showPage(
    c,
    <UsersPage
      site={siteFor(c, session)}
      place={place}
      users={users.items}
      deleted={c.req.query('deleted') !== undefined}
    />,
  )
}
