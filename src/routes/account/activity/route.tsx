import type { Context } from '../../../http/context.ts'
import { placeOn, readDays, readList } from '../../../http/list-page.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { readForViewer } from '../../../http/sign-in/require-session.ts'
import { listEvents } from '../../../store/people/own-events.ts'
import { ActivityPage } from './page.tsx'

/** GET /account/activity */
export async function get(c: Context<'account'>): Promise<Response> {
  const { asked, chosen } = readList(c, ['time'])
  const days = readDays(new URL(c.req.url).searchParams)
  const answer = await readForViewer(c, (DB, viewer) => ({
    events: listEvents(DB, viewer, days, chosen),
  }))
  if (answer instanceof Response) return answer
  const { events } = answer.found
  const place = { ...placeOn(c.var.paths.accountActivity, asked, events, chosen.sort), filters: { ...days } }
  return showPage(
    c,
    <ActivityPage
      site={siteFor(c, answer.session)}
      place={place}
      days={days}
      now={c.var.now}
      events={events.items}
    />,
  )
}
