import type { Context } from '../../../http/context.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listDetailTypes } from '../../../store/requests/detail-type.ts'
import { pathKey } from '../path-key.ts'
import { DetailTypesPage } from './page.tsx'

/** GET /admin/authorization-details: the types of rich authorization requests. */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { after, before } = readPlace(c)
  const { types } = await read(c.env.DB, { types: listDetailTypes(c.env.DB, after, pageSize) })
  const place = { path: c.var.paths.adminDetailTypes, search: '', after, before, next: types.next }
  const items = types.items.map(({ type, title }) => ({ key: pathKey(type), type, title }))
  const saved = c.req.query('saved')
  return showPage(c, <DetailTypesPage site={siteFor(c, session)} place={place} types={items} saved={saved} />)
}
