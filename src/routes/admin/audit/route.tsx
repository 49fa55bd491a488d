import type { Context } from '../../../http/context.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { nameKey } from '../../../rules/people/person.ts'
import { combined, type Query, read } from '../../../store/database.ts'
import { listUsers, mostCounted } from '../../../store/people/user-search.ts'
import { countAuditLog, listAuditLog } from '../../../store/server/audit-log.ts'
import { readFilter } from './filter.ts'
import { AuditPage } from './page.tsx'

const nothing: Query<undefined> = combined({}, () => undefined)

/** GET /admin/audit */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const filter = readFilter(new URL(c.req.url).searchParams)
  const { after, before } = readPlace(c)
  const { DB } = c.env
  const isFiltered = Object.values(filter).some((value) => value !== '')
  const { events, counted } = await read(DB, {
    events: listAuditLog(DB, filter, after, pageSize),
    counted: isFiltered ? countAuditLog(DB, filter, mostCounted + 1) : nothing,
  })
  const place = {
    path: c.var.paths.adminAudit,
    search: '',
    after,
    before,
    next: events.next,
    filters: { ...filter },
  }
  return showPage(
    c,
    <AuditPage
      site={siteFor(c, session)}
      place={place}
      filter={filter}
      events={events.items}
      counted={counted}
      most={mostCounted}
      people={events.items.length > 0 || filter.user === '' ? [] : await similarPeople(DB, filter.user)}
      now={c.var.now}
    />,
  )
}

/** For a name without events: people who have it as a part of theirs. */
async function similarPeople(DB: D1Database, name: string) {
  const { found } = await read(DB, { found: listUsers(DB, name, '', 5) })
  return found.page.items.filter(({ username }) => nameKey(username) !== nameKey(name))
}
