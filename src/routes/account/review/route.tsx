import { closeReview } from '../../../acts/sign-in/answer-review.ts'
import { type Context, learn } from '../../../http/context.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { tellOfChange } from '../../../http/people/mailer.ts'
import { receiveForm, requireSession } from '../../../http/sign-in/require-session.ts'
import { parseNextPath } from '../../../rules/sign-in/next-path.ts'
import { makeAttempt } from '../../../secrets/form-key.ts'
import { read } from '../../../store/database.ts'
import { listWaysToReview } from '../../../store/sign-in/reviews.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { ReviewPage } from './page.tsx'

/** GET /account/review?next=… After a password reset, at the highest level that the account had before it. */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : ask(c, session, c.req.query('next'))
}

/** POST /account/review: shown and keep, each repeated per way; next. Everything that was shown and is not kept is removed. */
export async function post(c: Context<'account'>): Promise<Response> {
  const received = await receiveForm(c)
  if (received instanceof Response) return received
  const { session, attempt, pairs } = received
  const next = pairs.get('next') ?? undefined
  if (attempt === undefined) return ask(c, session, next, staleForm(c))
  const shown = pairs.getAll('shown')
  const kept = shown.filter((id) => pairs.getAll('keep').includes(id))
  const removed = shown.filter((id) => !kept.includes(id))
  const { reference, now, issuer } = c.var
  const answer = { issuer, userId: session.user.id, attemptId: attempt.id, reference, kept, removed }
  const counted = await closeReview(c.env.DB, answer, now)
  if (counted && removed.length > 0) tellOfChange(c, session.user, attempt.id)
  return c.redirect(onward(c, next), 303)
}

function onward(c: Context, next: string | undefined): string {
  return parseNextPath(next) ?? c.var.paths.account
}

async function ask(c: Context<'account'>, session: Session, next: string | undefined, problem?: string) {
  if (!session.awaitsReview) return c.redirect(onward(c, next), 303)
  const { ways } = await read(c.env.DB, { ways: listWaysToReview(c.env.DB, session.user.id) })
  // The destination may be an application.
  learn(c, { surface: 'flow' })
  const page = (
    <ReviewPage
      site={siteFor(c, session)}
      ways={ways}
      next={onward(c, next)}
      attempt={makeAttempt()}
      problem={problem}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
