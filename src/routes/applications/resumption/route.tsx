import { resumeAfterLook } from '../../../acts/clients/resume-own-client.ts'
import { clientIdOf, findManaged } from '../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown } from '../../../http/sign-in/asking.ts'
import { showNothing } from '../../../http/sign-in/require-session.ts'
import { usesSecret } from '../../../rules/clients/client.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { findAwaitsOwner } from '../../../store/clients/awaiting-owner.ts'
import { findManagedClient } from '../../../store/clients/clients.ts'
import { read } from '../../../store/database.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { ResumptionPage } from './page.tsx'

/**
 * …/resumption shows the registration to review. POST takes `seen_at`: the application works again, with a new secret if it
 * uses one.
 */
export const { get, post } = asking({ ask, act })

async function ask(c: Context<'applications'>, session: Session, { problem }: Shown): Promise<Response> {
  const { DB } = c.env
  const id = clientIdOf(c)
  const { owned, awaits } = await read(DB, {
    owned: findManagedClient(DB, id, session.user.id),
    awaits: findAwaitsOwner(DB, id),
  })
  if (owned === undefined || !awaits) return showNothing(c, session)
  const page = (
    <ResumptionPage
      site={siteFor(c, session)}
      client={owned.client}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 409)
}

async function act(c: Context<'applications'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const seenAt = Number(pairs.get('seen_at') ?? '')
  if (!Number.isSafeInteger(seenAt)) return ask(c, session, { problem: staleForm(c) })
  const clientId = clientIdOf(c)
  if (!(await resumeAfterLook(doingOf(c, form), clientId, seenAt)))
    return ask(c, session, { problem: siteFor(c, session).texts.applications.resumption.changed })
  const { paths } = c.var
  const owned = await findManaged(c, session)
  const needsSecret = owned !== undefined && usesSecret(owned.client)
  return c.redirect(
    needsSecret ? paths.applicationSecrets(clientId) : pathWith(paths.application(clientId), { saved: '' }),
    303,
  )
}
