import { userSelections } from '../../../acts/people/selected-users.ts'
import type { Context } from '../../../http/context.ts'
import { pageSize, placeOn, readDone, readList, readShow } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail } from '../../../http/people/mailer.ts'
import { readForUser } from '../../../http/sign-in/require-session.ts'
import { listUsers, userFilters, userSorts } from '../../../store/people/user-search.ts'
import { UsersPage } from './page.tsx'

/** GET /admin/users: name, after. */
export async function get(c: Context<'admin'>): Promise<Response> {
  const { asked, chosen } = readList(c, userSorts)
  const show = readShow(c, userFilters)
  const { search, after } = asked
  const answer = await readForUser(c, () => ({
    users: listUsers(c.env.DB, { search, show, after, sort: chosen.sort }, pageSize),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const place = { ...placeOn(c.var.paths.adminUsers, asked, found.users, chosen.sort), show: show ?? '' }
  return showPage(
    c,
    <UsersPage
      site={siteFor(c, session)}
      place={place}
      users={found.users.items}
      deleted={c.req.query('deleted') !== undefined}
      done={readDone(c, userSelections)}
      canMail={canMail(c)}
    />,
  )
}
