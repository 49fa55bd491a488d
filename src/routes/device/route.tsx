import { findClientNow } from '../../http/clients/metadata-document.ts'
import { refuseUnpublished } from '../../http/clients/unpublished-page.ts'
import { type Context, pathWith } from '../../http/context.ts'
import { staleForm } from '../../http/own-form.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import {
  answerWaiting,
  asProps,
  needFactor,
  shownWaiting,
  stillWaiting,
  type Waiting,
} from '../../http/requests/waiting.ts'
import { waitNotice } from '../../http/sign-in/password-try.ts'
import { receiveForm, requireSession } from '../../http/sign-in/require-session.ts'
import { typesOf } from '../../rules/requests/authorization-details.ts'
import { readUserCode } from '../../rules/requests/device.ts'
import { userCodeRule } from '../../rules/sign-in/lockout.ts'
import { makeAttempt } from '../../secrets/form-key.ts'
import { randomText } from '../../secrets/secret.ts'
import { wasShown } from '../../secrets/shown.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import { hashesOfUserCode } from '../../secrets/user-code.ts'
import { findOwnedClient } from '../../store/clients/clients.ts'
import { write } from '../../store/database.ts'
import { findDetailTypes } from '../../store/requests/detail-type.ts'
import { findWaitingDevice } from '../../store/requests/device-requests.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { claimAttempt, findLock, returnAttempt } from '../../store/sign-in/tries.ts'
import { AnsweredPage, AskPage, CodePage } from './page.tsx'

/** GET /o/device: asks for the code on a device's screen, and then whether to approve it. The code in a link is only filled in. */
export async function get(c: Context<'start'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const answered = c.req.query('answered')
  if (answered === 'approved' || answered === 'denied')
    return showPage(c, <AnsweredPage site={siteFor(c, session)} answer={answered} />)
  const typed = (c.req.query('user_code') ?? '').slice(0, 64)
  // RFC 8628 §3.3.1: a link with the code never approves by itself; the person compares it with the device.
  return showPage(c, <CodePage site={siteFor(c, session)} typed={typed} attempt={makeAttempt()} />)
}

/** POST /o/device: `user_code` looks the device up; with a `decision` it is the answer. */
export async function post(c: Context<'start'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, pairs, attempt } = received
  const typed = (pairs.get('user_code') ?? '').slice(0, 64)
  if (attempt === undefined) return askForCode(c, session, typed, staleForm(c))
  const found = await findDevice(c, session, typed)
  if (found instanceof Response) return found
  if ('problem' in found) return askForCode(c, session, typed, found.problem, found.status)
  const factor = needFactor(c, session, found, pathWith(c.var.paths.device, { user_code: typed }))
  if (factor !== undefined) return factor
  const decision = pairs.get('decision')
  if (decision !== 'authorize' && decision !== 'cancel') return askForConsent(c, session, typed, found)
  const { keyRing } = c.var.config
  if (decision === 'authorize' && !wasShown(keyRing, pairs.get('shown'), shownWaiting(session, found)))
    return askForConsent(c, session, typed, found, true)

  const done = await answerWaiting(c, session, found, attempt, decision === 'authorize')
  if (!done) return askForCode(c, session, typed, textsOf(c, session).unknown)
  const answered = decision === 'authorize' ? 'approved' : 'denied'
  return c.redirect(pathWith(c.var.paths.device, { answered }), 303)
}

interface NoDevice {
  readonly problem: string
  readonly status: 400 | 429
}

/** Counts the attempt before any code is looked up (RFC 8628 §5.1), for the person and not for their network. */
async function findDevice(
  c: Context<'start'>,
  session: Session,
  typed: string,
): Promise<Waiting | NoDevice | Response> {
  const { DB } = c.env
  const { now, config } = c.var
  const t = textsOf(c, session)
  const code = readUserCode(typed)
  if (code === undefined) return { problem: t.malformed, status: 400 }
  const id = randomText(16)
  const budget = { subject: attemptSubject('device', session.user.id), rule: userCodeRule }
  const { lock, device } = await write(DB, claimAttempt(DB, [budget], id, now), {
    lock: findLock(DB, [budget], id, now),
    device: findWaitingDevice(DB, hashesOfUserCode(config.keyRing, code), now),
  })
  const notice = waitNotice(c, lock ?? 0)
  if (notice !== undefined) return { problem: notice, status: 429 }
  if (device === undefined) return { problem: t.unknown, status: 400 }
  const { clientId, scope, details } = device.request
  const { stored, ...known } = await write(DB, [returnAttempt(DB, budget, id)], {
    stored: findOwnedClient(DB, clientId),
    scopes: findScopes(DB, scope),
    types: findDetailTypes(DB, typesOf(details)),
  })
  const owned = await findClientNow(c, clientId, { owned: stored, session })
  if (owned !== undefined && 'unpublished' in owned) return refuseUnpublished(c, session, owned)
  return stillWaiting(c, device, owned, known) ?? { problem: t.unknown, status: 400 }
}

function askForCode(
  c: Context<'start'>,
  session: Session,
  typed: string,
  problem: string,
  status: 400 | 429 = 400,
) {
  const problems = [{ field: 'user_code', text: problem }]
  return showPage(
    c,
    <CodePage site={siteFor(c, session)} typed={typed} attempt={makeAttempt()} problems={problems} />,
    status,
  )
}

async function askForConsent(
  c: Context<'start'>,
  session: Session,
  typed: string,
  found: Waiting,
  changed: boolean = false,
) {
  return showPage(
    c,
    <AskPage
      site={siteFor(c, session)}
      code={readUserCode(typed) ?? ''}
      {...(await asProps(c, session, found))}
      changed={changed}
      attempt={makeAttempt()}
    />,
  )
}

function textsOf(c: Context<'start'>, session: Session) {
  return siteFor(c, session).texts.start.device
}
