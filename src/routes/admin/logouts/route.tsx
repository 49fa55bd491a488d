import type { Context } from '../../../http/context.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listDeliveries } from '../../../store/openid/logout-deliveries.ts'
import { LogoutsPage } from './page.tsx'

/** GET /admin/logouts */
export async function get(c: Context<'admin' | 'applications'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const { asked, chosen } = readList(c, ['time'])
  const { deliveries } = await read(c.env.DB, { deliveries: listDeliveries(c.env.DB, chosen) })
  const place = placeOn(c.var.paths.adminLogouts, asked, deliveries, chosen.sort)
  return showPage(c, <LogoutsPage site={siteFor(c, session)} place={place} deliveries={deliveries.items} />)
}
