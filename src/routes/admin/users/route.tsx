import { userSelections } from '../../../acts/people/selected-users.ts'
import type { Context } from '../../../http/context.ts'
import { pageSize, placeOn, readDone, readList, readShow } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail } from '../../../http/people/mailer.ts'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listUsers, userFilters, userSorts } from '../../../store/people/user-search.ts'
import { UsersPage } from './page.tsx'

/** GET /admin/users: name, after. */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { asked, chosen } = readList(c, userSorts)
  const show = readShow(c, userFilters)
  const { search, after } = asked
  const { found } = await read(c.env.DB, {
    found: listUsers(c.env.DB, { search, show, after, sort: chosen.sort }, pageSize),
  })
  const place = { ...placeOn(c.var.paths.adminUsers, asked, found, chosen.sort), show: show ?? '' }
  return showPage(
    c,
    <UsersPage
      site={siteFor(c, session)}
      place={place}
      users={found.items}
      deleted={c.req.query('deleted') !== undefined}
      done={readDone(c, userSelections)}
      canMail={canMail(c)}
    />,
  )
}
