import { saveUnprovenEmail } from '../../../acts/people/own-email.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { keptField } from '../../../http/kept-fields.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { mailEmailLink } from '../../../http/people/email-link.ts'
import { claimMailAttempt } from '../../../http/people/mail-try.ts'
import { canMail } from '../../../http/people/mailer.ts'
import { say } from '../../../http/problems.ts'
import { doingOf } from '../../../http/sign-in/asking.ts'
import { addressFault } from '../../../http/sign-in/elsewhere.ts'
import { waitNotice } from '../../../http/sign-in/password-try.ts'
import { receiveForm, requireSession } from '../../../http/sign-in/require-session.ts'
import { checkEmail } from '../../../rules/people/person.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { read } from '../../../store/database.ts'
import { findEmailState } from '../../../store/people/email-changes.ts'
import { findProvenOwner } from '../../../store/people/users.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { fillText } from '../../../ui/words/fill-text.ts'
import { EmailPage } from './page.tsx'

/** GET /account/email. The owner of the address can reset the password, so it needs a recent sign-in. */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response
    ? session
    : show(c, session, { typed: keptField(c, session, 'email') ?? '' })
}

/** POST /account/email: email. It changes once they open the link that is mailed there. */
export async function post(c: Context<'account'>): Promise<Response> {
  const received = await receiveForm(c, ['email'])
  if (received instanceof Response) return received
  const { session, pairs, attempt } = received
  const typed = (pairs.get('email') ?? '').slice(0, 300)
  if (attempt === undefined) return show(c, session, { typed, problem: staleForm(c), status: 403 })
  const checked = checkEmail(typed)
  if ('problem' in checked) return show(c, session, { typed, problem: say(c, checked.problem) })
  const email = checked.value
  if (email === undefined)
    return show(c, session, { typed, problem: siteFor(c, session).texts.account.email.empty })

  const { DB } = c.env
  const { paths } = c.var
  const { id: userId, username, email: before } = session.user
  const fault = await addressFault(c, userId, email)
  if (fault !== undefined) {
    const text = siteFor(c, session).texts.account.email[fault.fault]
    return show(c, session, { typed, problem: fillText(text, fault) })
  }
  if (!canMail(c)) {
    await saveUnprovenEmail(doingOf(c, { session, attempt }), email)
    return c.redirect(paths.accountEmail, 303)
  }
  const { found, ...locks } = await claimMailAttempt(
    c,
    { id: attempt.id, typed: email },
    { owner: findProvenOwner(DB, email) },
  )
  const notice = waitNotice(c, Math.max(locks.lockedUntil, locks.fullUntil))
  if (notice !== undefined) return show(c, session, { typed, problem: notice, status: 429 })
  await mailEmailLink(c, { userId, username, email, why: { before }, owner: found.owner, attempt })
  return c.redirect(pathWith(paths.accountEmail, { sent: '' }), 303)
}

interface Shown {
  readonly typed?: string
  readonly problem?: string
  readonly status?: 200 | 400 | 403 | 429
}

async function show(c: Context<'account'>, session: Session, { typed = '', problem, status }: Shown = {}) {
  const { DB } = c.env
  const { state } = await read(DB, { state: findEmailState(DB, session.user.id, c.var.now) })
  const page = (
    <EmailPage
      site={siteFor(c, session)}
      email={state?.email}
      isProven={state?.isProven ?? false}
      pending={state?.pending}
      typed={typed}
      attempt={makeAttempt()}
      wasSent={problem === undefined && c.req.query('sent') !== undefined}
      canMail={canMail(c)}
      hasOutbox={c.var.config.mail.mailer === 'outbox'}
      problems={problem === undefined ? [] : [{ field: 'email', text: problem }]}
    />
  )
  return showPage(c, page, status ?? (problem === undefined ? 200 : 400))
}
