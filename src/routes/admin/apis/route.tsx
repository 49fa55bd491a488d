import type { Context } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { apiSorts, findApi, listApis } from '../../../store/requests/apis.ts'
import { nameOf, pathKey } from '../path-key.ts'
import { ApisPage } from './page.tsx'

/** GET /admin/apis */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { asked, chosen } = readList(c, apiSorts)
  const saved = c.req.query('saved')
  const { apis, one } = await read(c.env.DB, {
    apis: listApis(c.env.DB, chosen),
    one: findApi(c.env.DB, nameOf(saved)),
  })
  const place = placeOn(c.var.paths.adminApis, asked, apis, chosen.sort)
  const items = apis.items.map((api) => ({ ...api, key: pathKey(api.identifier) }))
  return showPage(
    c,
    <ApisPage
      site={siteFor(c, session)}
      place={place}
      items={items}
      saved={saved}
      what={one?.name}
      undo={saved && undoLink(c, c.var.paths.adminApi(saved))}
    />,
  )
}
