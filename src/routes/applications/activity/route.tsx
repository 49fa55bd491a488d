import { readFrame } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage } from '../../../http/pages.tsx'
import { dayOf } from '../../../rules/clients/activity.ts'
import { listActivity } from '../../../store/clients/activity.ts'
import { listUndelivered } from '../../../store/openid/logout-deliveries.ts'
import { ActivityPage } from './page.tsx'

/** Enough to see the problem: the reason is usually the same for all. */
const mostNotices = 5

/** GET …/activity: the results of its token requests, and failed logout notices. */
export async function get(c: Context<'applications'>): Promise<Response> {
  const { now } = c.var
  const read = await readFrame(c, (DB, id) => ({
    outcomes: listActivity(DB, id, now),
    undelivered: listUndelivered(DB, id, mostNotices),
  }))
  if (read instanceof Response) return read
  return showPage(c, <ActivityPage {...read.frame} today={dayOf(now)} {...read.found} />)
}
