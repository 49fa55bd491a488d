import type { Context } from '../../../http/context.ts'
import { undoLink } from '../../../http/kept-fields.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { findStandaloneScope, listStandaloneScopes } from '../../../store/requests/scopes.ts'
import { nameOf, pathKey } from '../path-key.ts'
import { ScopesPage } from './page.tsx'

/** GET /admin/scopes: those without an API. */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { asked, chosen } = readList(c, ['name'])
  const saved = c.req.query('saved')
  const { scopes, one } = await read(c.env.DB, {
    scopes: listStandaloneScopes(c.env.DB, chosen),
    one: findStandaloneScope(c.env.DB, nameOf(saved)),
  })
  const place = placeOn(c.var.paths.adminScopes, asked, scopes, chosen.sort)
  const items = scopes.items.map((scope) => ({ ...scope, key: pathKey(scope.name) }))
  return showPage(
    c,
    <ScopesPage
      site={siteFor(c, session)}
      place={place}
      scopes={items}
      saved={saved}
      what={one?.name}
      undo={saved && undoLink(c, c.var.paths.adminScope(saved))}
    />,
  )
}
