import { readStoredFacts } from '../../../acts/server/read-health.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail, sendTestMail } from '../../../http/people/mailer.ts'
import { asking, type OwnForm, type Shown } from '../../../http/sign-in/asking.ts'
import { checkSettings, checkStored } from '../../../rules/server/health.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { read } from '../../../store/database.ts'
import { countDeliveries } from '../../../store/openid/logout-deliveries.ts'
import { type EventCount, listEventCounts, listUncounted } from '../../../store/server/event-counts.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { fillText } from '../../../ui/words/fill.tsx'
import { isLoopbackHost } from '../../../values/loopback.ts'
import { HealthPage } from './page.tsx'
import { tally } from './tally.ts'

/** The limit for counting unsealed events and notices. */
const countedUpTo = 1000

/**
 * /admin/health: the findings of `npm run doctor`, and counts of events. The rows read don't grow with the log. POST sends a
 * test mail to the administrator who requests it, and shows the result.
 */
export const { get, post } = asking({ ask, act })

async function act(c: Context<'admin'>, { session }: OwnForm): Promise<Response> {
  const { email } = session.user
  if (email === undefined || !canMail(c)) return ask(c, session, {})
  const reason = await sendTestMail(c, session.user, email)
  if (reason === undefined) return c.redirect(pathWith(c.var.paths.adminHealth, { mailed: '' }), 303)
  const problem = fillText(siteFor(c, session).texts.admin.health.testFailed, { reason })
  return ask(c, session, { problem })
}

async function ask(c: Context<'admin'>, session: Session, { problem }: Shown): Promise<Response> {
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
      mail={{
        mailer: config.mail.mailer,
        from: config.mail.from,
        email: session.user.email,
        attempt: makeAttempt(),
        isSent: problem === undefined && c.req.query('mailed') !== undefined,
        problem,
      }}
    />,
    problem === undefined ? 200 : 400,
  )
}
