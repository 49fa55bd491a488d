import type { Context } from '../../../http/context.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { nameKey } from '../../../rules/people/person.ts'
import { read } from '../../../store/database.ts'
import { listUsers } from '../../../store/people/user-search.ts'
import { listAuditLog } from '../../../store/server/audit-log.ts'
import { readFilter } from './filter.ts'
import { AuditPage } from './page.tsx'

/** GET /admin/audit */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const filter = readFilter(new URL(c.req.url).searchParams)
  const { asked, chosen } = readList(c, ['time'])
  const { DB } = c.env
  const isFiltered = Object.values(filter).some((value) => value !== '')
  const { events } = await read(DB, { events: listAuditLog(DB, filter, chosen) })
  const place = {
    ...placeOn(c.var.paths.adminAudit, asked, events, chosen.sort),
    search: '',
    filters: { ...filter },
  }
  return showPage(
    c,
    <AuditPage
      site={siteFor(c, session)}
      place={place}
      filter={filter}
      events={events.items}
      isFiltered={isFiltered}
      people={events.items.length > 0 || filter.user === '' ? [] : await similarPeople(DB, filter.user)}
      now={c.var.now}
    />,
  )
}

/** For a name without events: people who have it as a part of theirs. */
async function similarPeople(DB: D1Database, name: string) {
  const { found } = await read(DB, { found: listUsers(DB, { search: name }, 5) })
  return found.items.filter(({ username }) => nameKey(username) !== nameKey(name))
}
