import type { Context } from '../../../http/context.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { read } from '../../../store/database.ts'
import { listAuditLog } from '../../../store/server/audit-log.ts'
import { readFilter } from './filter.ts'
import { AuditPage } from './page.tsx'

/** GET /admin/audit */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const filter = readFilter(new URL(c.req.url).searchParams)
  const { after } = readPlace(c)
  const { events } = await read(c.env.DB, { events: listAuditLog(c.env.DB, filter, after, pageSize) })
  const place = {
    path: c.var.paths.adminAudit,
    search: '',
    after,
    next: events.next,
    filters: { ...filter },
  }
  return showPage(
    c,
    <AuditPage site={siteFor(c, session)} place={place} filter={filter} events={events.items} />,
  )
}
