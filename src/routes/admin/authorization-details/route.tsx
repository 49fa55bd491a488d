import type { Context } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { findDetailType, listDetailTypes } from '../../../store/requests/detail-type.ts'
import { nameOf, pathKey } from '../path-key.ts'
import { DetailTypesPage } from './page.tsx'

/** GET /admin/authorization-details: the types of rich authorization requests. */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { asked, chosen } = readList(c, ['name'])
  const saved = c.req.query('saved')
  const { types, one } = await read(c.env.DB, {
    types: listDetailTypes(c.env.DB, chosen),
    one: findDetailType(c.env.DB, nameOf(saved)),
  })
  const place = placeOn(c.var.paths.adminDetailTypes, asked, types, chosen.sort)
  const items = types.items.map(({ type, title }) => ({ key: pathKey(type), type, title }))
  return showPage(
    c,
    <DetailTypesPage
      site={siteFor(c, session)}
      place={place}
      types={items}
      saved={saved}
      what={one?.title}
      undo={saved && undoLink(c, c.var.paths.adminDetailType(saved))}
    />,
  )
}
