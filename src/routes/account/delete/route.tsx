import { deleteOwnAccount, type OwnProof } from '../../../acts/people/delete-own-account.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { deliverLogoutsSoon } from '../../../http/openid/deliver-soon.ts'
import { carryIdToken } from '../../../http/openid/provider-way-out.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { doingOf, statusOf } from '../../../http/sign-in/asking.ts'
import { checkOwnPassword } from '../../../http/sign-in/own-password.ts'
import { readForViewer, receiveForm, stepUp } from '../../../http/sign-in/require-session.ts'
import { forgetSessionCookie } from '../../../http/sign-in/session.ts'
import { type Attempt, makeAttempt } from '../../../secrets/form-key.ts'
import { noPassword } from '../../../secrets/passwords.ts'
import { hasAuditEvent } from '../../../store/audit-events.ts'
import { read } from '../../../store/database.ts'
import { isLastAdministrator, listOwnedNames } from '../../../store/people/account-deletion.ts'
import { findFactors } from '../../../store/sign-in/factors.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import { signDeleted } from '../deleted/signature.ts'
import { DeleteAccountPage } from './page.tsx'

const mostShown = 20

/** GET /account/delete asks. */
export function get(c: Context<'account'>): Promise<Response> {
  return ask(c, {})
}

/** POST /account/delete: password. */
export async function post(c: Context<'account'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, pairs, attempt } = received
  if (attempt === undefined) return ask(c, { problem: staleForm(c) })
  const { factors } = await read(c.env.DB, { factors: findFactors(c.env.DB, { userId: session.user.id }) })
  if (!factors.hasPassword) {
    return remove(c, session, attempt, {
      verified: { userId: session.user.id, passwordHash: noPassword },
      forgiven: [],
    })
  }
  const typed = pairs.get('password') ?? ''
  const t = siteFor(c, session).texts.account.delete
  if (typed === '') return ask(c, { problems: [{ field: 'password', text: t.noPassword }] })
  const own = await checkOwnPassword(c, session, typed)
  if (!('problem' in own)) return remove(c, session, attempt, own)
  // The form was sent twice, and the other request has just taken effect.
  const { gone } = await read(c.env.DB, { gone: hasAuditEvent(c.env.DB, attempt.id) })
  if (gone) return goodbye(c, session.user.id)
  return ask(c, { problems: [{ field: 'password', text: own.problem }], status: own.status })
}

async function remove(
  c: Context<'account'>,
  session: Session,
  attempt: Attempt,
  proof: OwnProof,
): Promise<Response> {
  const { issuer, config, messages } = c.var
  const outcome = await deleteOwnAccount(doingOf(c, { session, attempt }), proof, issuer, config.plan)
  if (outcome === 'more') return ask(c, { problem: messages.failure.muchToDelete })
  if (outcome === 'refused') return ask(c, { problem: siteFor(c, session).texts.account.delete.notDone })
  deliverLogoutsSoon(c)
  return goodbye(c, session.user.id)
}

/** The id belongs to nobody any more. Signed, so that no link of another person makes a browser delete passkeys. */
function goodbye(c: Context, userId: string): Response {
  forgetSessionCookie(c)
  carryIdToken(c)
  return c.redirect(
    pathWith(c.var.paths.accountDeleted, {
      id: userId,
      signed: signDeleted(c.var.config.keyEncryptionSecret, userId),
    }),
    303,
  )
}

interface Shown {
  readonly problems?: readonly Problem[]
  readonly problem?: string
  readonly status?: 400 | 429
}

async function ask(c: Context<'account'>, { problems = [], problem, status }: Shown): Promise<Response> {
  const answer = await readForViewer(c, (DB, viewer) => ({
    owned: listOwnedNames(DB, viewer, mostShown + 1),
    isLast: isLastAdministrator(DB, viewer),
    factors: findFactors(DB, viewer),
  }))
  if (answer instanceof Response) return answer
  const { session, found } = answer
  const proven = stepUp(c, session)
  if (proven instanceof Response) return proven
  const page = (
    <DeleteAccountPage
      site={siteFor(c, session)}
      owned={found.owned.slice(0, mostShown)}
      more={found.owned.length > mostShown}
      isLastAdministrator={found.isLast}
      hasPassword={found.factors.hasPassword}
      minutes={Math.ceil(c.var.config.lifetimes.accessToken / 60)}
      attempt={makeAttempt()}
      problems={problems}
      problem={problem}
    />
  )
  return showPage(c, page, status ?? statusOf({ problem, problems }))
}
