import type { Context } from '../../../http/context.ts'
import { pageSize, readPlace } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { readForViewer } from '../../../http/sign-in/require-session.ts'
import { listEvents } from '../../../store/people/own-events.ts'
import { ActivityPage } from './page.tsx'

/** GET /account/activity */
export async function get(c: Context<'account'>): Promise<Response> {
  const { after } = readPlace(c)
  const answer = await readForViewer(c, (DB, viewer) => ({
    events: listEvents(DB, viewer, after, pageSize),
  }))
  if (answer instanceof Response) return answer
  const { items, next } = answer.found.events
  const place = { path: c.var.paths.accountActivity, search: '', after, next }
  return showPage(c, <ActivityPage site={siteFor(c, answer.session)} place={place} events={items} />)
}
