import { type Context, pathWith } from '../../../../http/context.ts'
import { keptField } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { clientTrusts } from '../../../../rules/clients/client.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hasAuditEvent, insertAdminEvent } from '../../../../store/audit-events.ts'
import { findOwnedClient } from '../../../../store/clients/clients.ts'
import { isTrusted, trustClient } from '../../../../store/clients/policy.ts'
import { read, write } from '../../../../store/database.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { actOf } from '../../form.ts'
import { TrustPage } from './page.tsx'

/** GET /admin/applications/{id}/trust */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session)
}

/** POST: `trust`, and `seen_at`, of what the administrator was shown. */
export async function post(c: Context): Promise<Response> {
  const form = await receiveForm(c, ['trust'])
  if (form instanceof Response) return form
  const { session, attempt, pairs } = form
  const trust = clientTrusts.find((known) => known === pairs.get('trust'))
  if (attempt === undefined || trust === undefined) return ask(c, session, staleForm(c))
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const act = actOf(session, attempt)
  const target = c.req.param('clientId') ?? ''
  const seenAt = Number(pairs.get('seen_at'))
  const event = { type: 'client_trust_changed', reference, target, detail: trust } as const
  const { noted } = await write(
    DB,
    [
      trustClient(DB, act, target, trust, seenAt),
      insertAdminEvent(DB, act, event, now, isTrusted(trust, seenAt)),
    ],
    { noted: hasAuditEvent(DB, act.attemptId) },
  )
  if (noted) return c.redirect(pathWith(paths.application(target), { saved: '' }), 303)
  return ask(c, session, siteFor(c, session).texts.admin.trust.changed)
}

async function ask(c: Context, session: Session, problem?: string): Promise<Response> {
  const { DB } = c.env
  const { owned } = await read(DB, { owned: findOwnedClient(DB, c.req.param('clientId') ?? '') })
  if (owned === undefined) return showNothing(c, session)
  const page = (
    <TrustPage
      site={siteFor(c, session)}
      {...owned}
      trust={keptField(c, session, 'trust') ?? owned.client.trust}
      attempt={makeAttempt()}
      problems={problem === undefined ? [] : [{ field: 'trust', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
