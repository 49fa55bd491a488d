import { readStoredFacts } from '../../../acts/server/read-health.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail, sendTestMail } from '../../../http/people/mailer.ts'
import { receiveForm, requireSession } from '../../../http/sign-in/require-session.ts'
import { isLoopbackHost } from '../../../rules/clients/origin.ts'
import { checkSettings, checkStored } from '../../../rules/server/health.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { read } from '../../../store/database.ts'
import { countDeliveries } from '../../../store/openid/logout-deliveries.ts'
import { type EventCount, listEventCounts, listUncounted } from '../../../store/server/event-counts.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { fillText } from '../../../ui/words/fill.tsx'
import { HealthPage } from './page.tsx'
import { tally } from './tally.ts'

/** What is not counted by day yet, and notices, are counted no further. */
const countedUpTo = 1000

/** GET /admin/health: what `npm run doctor` says, and what happened. Reads no more rows as the log grows. */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : show(c, session)
}

/** POST /admin/health: a test mail to who asks. What came back is shown. */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt } = received
  const { email } = session.user
  if (attempt === undefined) return show(c, session, staleForm(c))
  if (email === undefined || !canMail(c)) return show(c, session)
  const reason = await sendTestMail(c, session.user, email)
  if (reason === undefined) return c.redirect(pathWith(c.var.paths.adminHealth, { mailed: '' }), 303)
  return show(c, session, fillText(siteFor(c, session).texts.admin.health.testFailed, { reason }))
}

async function show(c: Context, session: Session, problem?: string): Promise<Response> {
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
