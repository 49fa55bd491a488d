import { readStoredFacts } from '../../../acts/server/read-health.ts'
import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireAdministrator } from '../../../http/sign-in/require-session.ts'
import { isLoopbackHost } from '../../../rules/clients/origin.ts'
import { checkSettings, checkStored } from '../../../rules/server/health.ts'
import { read } from '../../../store/database.ts'
import { countDeliveries } from '../../../store/openid/logout-deliveries.ts'
import { type EventCount, listEventCounts, listUncounted } from '../../../store/server/event-counts.ts'
import { HealthPage } from './page.tsx'
import { tally } from './tally.ts'

/** What is not counted by day yet, and notices, are counted no further. */
const countedUpTo = 1000

/** GET /admin/health: what `npm run doctor` says, and what happened. Reads no more rows as the log grows. */
export async function getAdminHealth(c: Context): Promise<Response> {
  const session = await requireAdministrator(c)
  if (session instanceof Response) return session
  const { DB } = c.env
  const { config, now, issuer } = c.var
  const isScheduled = !isLoopbackHost(new URL(issuer).hostname)
  const today = Math.floor(now / 86_400)
  const fromDay = today - 13
  const [stored, { counted, uncounted, notices }] = await Promise.all([
    readStoredFacts(DB, config.keyRing, isScheduled, now, config.plan),
    read(DB, {
      counted: listEventCounts(DB, fromDay),
      uncounted: listUncounted(DB, fromDay * 86_400, countedUpTo),
      notices: countDeliveries(DB, fromDay * 86_400, countedUpTo + 1),
    }),
  ])
  const late = uncounted.map(
    ({ at, type }): EventCount => ({ day: Math.floor(at / 86_400), type, events: 1 }),
  )
  const site = siteFor(c, session)
  return showPage(
    c,
    <HealthPage
      site={site}
      findings={[...checkSettings(config), ...checkStored(stored, now)]}
      events={tally(site, [...counted, ...late], today)}
      waiting={notices.waiting}
      givenUp={notices.givenUp}
      most={countedUpTo}
    />,
  )
}
