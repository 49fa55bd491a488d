import type { Context } from '../../http/context.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { currentSession } from '../../http/sign-in/session.ts'
import { isLoopbackHost } from '../../rules/clients/origin.ts'
import { may } from '../../rules/people/role.ts'
import { hasFactor } from '../../rules/sign-in/step-up.ts'
import { makeAttempt } from '../../secrets/form-key.ts'
import { playgroundClientId } from '../../store/clients/playground-client.ts'
import { read } from '../../store/database.ts'
import { findFirstSteps } from '../../store/server/first-steps.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { ChecklistProps } from './checklist.tsx'
import { HomePage } from './page.tsx'

/** GET / */
export async function get(c: Context<'start'>): Promise<Response> {
  const session = await currentSession(c)
  const isAdministrator = session !== undefined && may(session.user.role, 'administer')
  const checklist = isAdministrator ? await findChecklist(c, session) : undefined
  return showPage(c, <HomePage site={siteFor(c, session)} checklist={checklist} />)
}

/** Until a server has a few applications, its administrator sees the next steps. */
async function findChecklist(
  c: Context,
  session: Session,
): Promise<Omit<ChecklistProps, 'site'> | undefined> {
  const { DB } = c.env
  const { steps } = await read(DB, { steps: findFirstSteps(DB, playgroundClientId) })
  if (steps.applications > 3) return undefined
  return {
    isNew: c.req.query('created') !== undefined,
    isLocal: isLoopbackHost(new URL(c.var.issuer).hostname),
    attempt: makeAttempt(),
    isRegistered: steps.applications > 0,
    isTried: steps.applications > 0 && steps.hasAuthorized,
    hasApi: steps.hasApi,
    hasFactor: hasFactor(session),
  }
}
