import type { Context } from '../../http/context.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { readForUser } from '../../http/sign-in/require-session.ts'
import { dayOf } from '../../rules/clients/activity.ts'
import { parseChartRange } from '../../rules/server/charts.ts'
import { countWaitingClients } from '../../store/clients/approval.ts'
import { countClients } from '../../store/clients/lists.ts'
import { countUsers } from '../../store/people/users.ts'
import { listTokensByClient, listTokensByDay } from '../../store/server/daily-tokens.ts'
import { listEventsByDay } from '../../store/server/event-counts.ts'
import type { CountedDay } from '../../ui/chart.tsx'
import { AdminPage } from './page.tsx'

const countedUpTo = 1000
const mostClients = 8

const successful = 'sign_in'
const failed = ['sign_in_failed', 'sign_in_locked', 'provider_refused', 'second_factor_failed']

/** GET /admin: `days` is the range of the charts. They use counts per day, so a busy server costs no more. */
export async function get(c: Context<'admin' | 'applications'>): Promise<Response> {
  const { DB } = c.env
  const range = parseChartRange(c.req.query('days'))
  const today = dayOf(c.var.now)
  const from = today - range + 1
  const answer = await readForUser(c, () => ({
    users: countUsers(DB, countedUpTo + 1),
    clients: countClients(DB, countedUpTo + 1),
    waiting: countWaitingClients(DB, countedUpTo + 1),
    events: listEventsByDay(DB, [successful, ...failed], from, today, countedUpTo),
    tokens: listTokensByDay(DB, from),
    busiest: listTokensByClient(DB, from, mostClients),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const { users, clients, waiting, events, tokens, busiest } = found
  const signIns = events.map(({ day, type, events }) =>
    type === successful ? { day, good: events, bad: 0 } : { day, good: 0, bad: events },
  )
  return showPage(
    c,
    <AdminPage
      canInvite={c.var.config.signUp !== 'off'}
      site={siteFor(c, session)}
      users={users}
      applications={clients}
      waiting={waiting}
      most={countedUpTo}
      range={range}
      signIns={everyDay(from, today, signIns)}
      tokens={everyDay(
        from,
        today,
        tokens.map(({ day, issued, refused }) => ({ day, good: issued, bad: refused })),
      )}
      clients={busiest}
    />,
  )
}

/** Includes the days without counts. */
function everyDay(from: number, today: number, counted: readonly CountedDay[]): readonly CountedDay[] {
  const days = Array.from({ length: today - from + 1 }, (_, i) => ({ day: from + i, good: 0, bad: 0 }))
  for (const { day, good, bad } of counted) {
    const found = days[day - from]
    if (found === undefined) continue
    found.good += good
    found.bad += bad
  }
  return days
}
