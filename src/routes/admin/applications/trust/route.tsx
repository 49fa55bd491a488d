import { setTrust } from '../../../../acts/clients/standing.ts'
import { clientIdOf } from '../../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { asking, doingOf, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { clientTrusts } from '../../../../rules/clients/client.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findOwnedClient } from '../../../../store/clients/clients.ts'
import { read } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { TrustPage } from './page.tsx'

/** /admin/applications/{id}/trust: POST takes `trust`, and `seen_at` of the version that the administrator saw. */
export const { get, post } = asking({ kept: ['trust'], ask, act })

async function ask(
  c: Context<'admin' | 'applications'>,
  session: Session,
  { typed, problem }: Shown,
): Promise<Response> {
  const { DB } = c.env
  const { owned } = await read(DB, { owned: findOwnedClient(DB, clientIdOf(c)) })
  if (owned === undefined) return showNothing(c, session)
  const page = (
    <TrustPage
      site={siteFor(c, session)}
      {...owned}
      trust={typed?.get('trust') ?? owned.client.trust}
      attempt={makeAttempt()}
      problems={problem === undefined ? [] : [{ field: 'trust', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}

async function act(c: Context<'admin' | 'applications'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const clientId = clientIdOf(c)
  const trust = clientTrusts.find((known) => known === pairs.get('trust'))
  const seenAt = Number(pairs.get('seen_at'))
  const done = trust !== undefined && (await setTrust(doingOf(c, form), clientId, trust, seenAt))
  if (done) return c.redirect(pathWith(c.var.paths.applicationSettings(clientId), { saved: 'trust' }), 303)
  return ask(c, session, { problem: siteFor(c, session).texts.admin.trust.changed })
}
