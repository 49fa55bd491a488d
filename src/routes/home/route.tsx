import type { Context } from '../../http/context.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { currentSession } from '../../http/sign-in/session.ts'
import { may } from '../../rules/people/role.ts'
import { hasFactor } from '../../rules/sign-in/step-up.ts'
import { makeAttempt } from '../../secrets/form-key.ts'
import { playgroundClientId } from '../../store/clients/playground-client.ts'
import { read } from '../../store/database.ts'
import { listConnectedClients } from '../../store/requests/connected-clients.ts'
import { type FirstSteps, findFirstSteps } from '../../store/server/first-steps.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { isLoopbackHost } from '../../values/loopback.ts'
import type { ChecklistProps } from './checklist.tsx'
import { LandingPage } from './landing.tsx'
import { HomePage } from './page.tsx'

/** Tiles on the page; the others are among the connected applications. */
const shownTiles = 12

/**
 * GET / Until the first application is registered it presents the server. Afterwards it is for the people who sign in: their
 * applications, or the sign-in page.
 */
export async function get(c: Context<'start'>): Promise<Response> {
  const { DB } = c.env
  const session = await currentSession(c)
  const viewer = { userId: session?.user.id ?? '' }
  const { steps, connected } = await read(DB, {
    steps: findFirstSteps(DB, playgroundClientId),
    connected: listConnectedClients(
      DB,
      viewer,
      { after: '', size: shownTiles, sort: { by: 'granted', descending: true } },
      c.var.now,
    ),
  })
  if (session === undefined && steps.applications > 0) return c.redirect(c.var.paths.login, 302)
  const site = siteFor(c, session)
  const checklist = session === undefined ? undefined : checklistFor(c, session, steps)
  if (steps.applications === 0) return showPage(c, <LandingPage site={site} checklist={checklist} />)
  return showPage(c, <HomePage site={site} checklist={checklist} clients={connected.items} />)
}

/** Until a server has a few applications, its administrator sees the next steps. */
function checklistFor(
  c: Context,
  session: Session,
  steps: FirstSteps,
): Omit<ChecklistProps, 'site'> | undefined {
  if (!may(session.user.role, 'administer') || steps.applications > 3) return undefined
  return {
    isNew: c.req.query('created') !== undefined,
    isLocal: isLoopbackHost(new URL(c.var.issuer).hostname),
    attempt: makeAttempt(),
    isRegistered: steps.applications > 0,
    isTried: steps.applications > 0 && steps.hasAuthorized,
    hasApi: steps.hasApi,
    hasFactor: hasFactor(session),
    hasSecond: steps.hasSecondAdministrator,
  }
}
