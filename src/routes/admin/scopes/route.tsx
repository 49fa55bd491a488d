import type { Context } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listStandaloneScopes } from '../../../store/requests/scopes.ts'
import { pathKey } from '../path-key.ts'
import { ScopesPage } from './page.tsx'

/** GET /admin/scopes: those without an API. */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { after, before } = readPlace(c)
  const saved = c.req.query('saved')
  const { scopes } = await read(c.env.DB, { scopes: listStandaloneScopes(c.env.DB, after, pageSize) })
  const place = { path: c.var.paths.adminScopes, search: '', after, before, next: scopes.next }
  const items = scopes.items.map((scope) => ({ ...scope, key: pathKey(scope.name) }))
  return showPage(
    c,
    <ScopesPage
      site={siteFor(c, session)}
      place={place}
      scopes={items}
      saved={saved}
      undo={saved && undoLink(c, c.var.paths.adminScope(saved))}
    />,
  )
}
