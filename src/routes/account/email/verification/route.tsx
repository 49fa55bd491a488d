import { type Context, pathWith } from '../../../../http/context.ts'
import { answerNotFound } from '../../../../http/failures.ts'
import { readForm } from '../../../../http/own-form.ts'
import { refusePage, siteFor } from '../../../../http/pages.tsx'
import { mailEmailLink } from '../../../../http/people/email-link.ts'
import { claimMailAttempt } from '../../../../http/people/mail-try.ts'
import { canMail } from '../../../../http/people/mailer.ts'
import { waitNotice } from '../../../../http/sign-in/password-try.ts'
import { requireSession } from '../../../../http/sign-in/require-session.ts'
import { findProvenOwner } from '../../../../store/people/users.ts'

/** POST /account/email/verification: mails the link to their address again. */
export async function post(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  if (!canMail(c)) return answerNotFound(c)
  const form = await readForm(c, session)
  if (form instanceof Response) return form
  const { attempt } = form
  const { DB } = c.env
  const { paths } = c.var
  const { id: userId, username, email } = session.user
  if (attempt === undefined || email === undefined) return c.redirect(paths.accountEmail, 303)

  const { found, ...locks } = await claimMailAttempt(
    c,
    { id: attempt.id, typed: email },
    { owner: findProvenOwner(DB, email) },
  )
  const notice = waitNotice(c, Math.max(locks.lockedUntil, locks.fullUntil))
  if (notice !== undefined) {
    return refusePage(c, session, 429, siteFor(c, session).texts.account.email.tooMany, notice)
  }
  await mailEmailLink(c, { userId, username, email, why: 'again', owner: found.owner, attempt })
  return c.redirect(pathWith(paths.accountEmail, { sent: '' }), 303)
}
