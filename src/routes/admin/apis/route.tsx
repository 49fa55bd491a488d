import type { Context } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listApis } from '../../../store/requests/apis.ts'
import { pathKey } from '../path-key.ts'
import { ApisPage } from './page.tsx'

/** GET /admin/apis */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { after, before } = readPlace(c)
  const saved = c.req.query('saved')
  const { apis } = await read(c.env.DB, { apis: listApis(c.env.DB, after, pageSize) })
  const place = { path: c.var.paths.adminApis, search: '', after, before, next: apis.next }
  const items = apis.items.map((api) => ({ ...api, key: pathKey(api.identifier) }))
  return showPage(
    c,
    <ApisPage
      site={siteFor(c, session)}
      place={place}
      apis={items}
      saved={saved}
      undo={saved && undoLink(c, c.var.paths.adminApi(saved))}
    />,
  )
}
