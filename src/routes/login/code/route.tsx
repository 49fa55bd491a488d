import { claimOneTimeCode } from '../../../acts/sign-in/claim-one-time-code.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { joinOnArrival } from '../../../http/openid/link-on-arrival.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { goOn } from '../../../http/sign-in/after-sign-in.ts'
import { claimCodeAttempt, noteWrongCode } from '../../../http/sign-in/code-try.ts'
import { sendElsewhere } from '../../../http/sign-in/elsewhere.ts'
import { leaveOutdated, outdatedText } from '../../../http/sign-in/outdated-form.ts'
import { waitNotice } from '../../../http/sign-in/password-try.ts'
import { finishPendingSignIn, pendingUser } from '../../../http/sign-in/pending-sign-in.ts'
import { signIn } from '../../../http/sign-in/sign-in.ts'
import type { Proof } from '../../../rules/sign-in/proof.ts'
import type { User } from '../../../store/people/users.ts'
import { CodePage } from './page.tsx'

interface CodeForm {
  readonly next: string
  readonly kind: 'app' | 'recovery'
}

/** GET /login/code: the password was right, the second factor follows. */
export async function get(c: Context): Promise<Response> {
  const user = await pendingUser(c)
  const next = c.req.query('next') ?? ''
  if (user === undefined) return startOver(c, next)
  return ask(c, user, { next, kind: c.req.query('recovery') === undefined ? 'app' : 'recovery' })
}

/** POST /login/code: code, next. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const form: CodeForm = {
    next: pairs.get('next') ?? '',
    kind: pairs.get('kind') === 'recovery' ? 'recovery' : 'app',
  }
  const user = await pendingUser(c)
  if (user === undefined) {
    const left = await leaveOutdated(c, form.next)
    return left instanceof Response ? left : startOver(c, form.next)
  }
  if (!isOwnForm(c, pairs)) return ask(c, user, form, outdatedText(c), 403)

  const attempt = await claimCodeAttempt(c, user)
  if (attempt.isCapped) return ask(c, user, form, c.var.messages.code.capped, 429)
  const notice = waitNotice(c, attempt.lockedUntil)
  if (notice !== undefined) return ask(c, user, form, notice, 429)
  // Removed in the meantime: the password is asked for again, and is enough.
  if (attempt.authenticator === undefined) return startOver(c, form.next)

  const typed = (pairs.get('code') ?? '').slice(0, 64)
  const { now, reference, config } = c.var
  const doing = { db: c.env.DB, act: { actorId: user.id, attemptId: attempt.id }, reference, now }
  const verdict = await claimOneTimeCode(doing, config.keyRing, attempt.authenticator, typed)
  if (verdict === 'wrong' || verdict === 'used') {
    await noteWrongCode(c, user, attempt)
    return ask(c, user, form, c.var.messages.code[verdict], 400)
  }
  const { id: userId, passwordHash, at, elsewhere } = user
  if (elsewhere !== undefined && elsewhere.id !== at?.connectionId)
    return sendElsewhere(c, elsewhere, form.next)
  const joined = at && (await joinOnArrival(c, userId, at.connectionId, form.next))
  const proof: Proof = at === undefined ? { by: 'password-and-code' } : { by: 'provider', at, code: true }
  const writes = [finishPendingSignIn(c, userId), ...attempt.forgiven, ...(joined?.writes ?? [])]
  await signIn(c, { userId, passwordHash, proof }, writes, {})
  return goOn(c, joined?.next ?? form.next, user.awaitsReview)
}

function startOver(c: Context, next: string): Response {
  return c.redirect(pathWith(c.var.paths.login, { next: next === '' ? undefined : next }), 303)
}

function ask(
  c: Context,
  user: User,
  { next, kind }: CodeForm,
  problem?: string,
  status: 200 | 400 | 403 | 429 = 200,
) {
  const { login, loginCode } = c.var.paths
  const page = (
    <CodePage
      site={siteFor(c, undefined)}
      username={user.username}
      next={next}
      kind={kind}
      other={pathWith(loginCode, { next, recovery: kind === 'app' ? '' : undefined })}
      back={pathWith(login, { next })}
      problem={problem}
    />
  )
  return showPage(c, page, status)
}
