import { type Context, pathWith } from '../../../http/context.ts'
import { readFormBody, refuseBody } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { goOn } from '../../../http/sign-in/after-sign-in.ts'
import { waitProblem } from '../../../http/sign-in/password-try.ts'
import { finishPendingSignIn, pendingUser } from '../../../http/sign-in/pending-sign-in.ts'
import { claimOneTimeCode } from '../../../http/sign-in/second-factor.ts'
import { presentedUserAgent, startSession } from '../../../http/sign-in/session.ts'
import { tellOfEarlierSession } from '../../../http/sign-in/sign-out.tsx'
import { knownBrowserRule, noticeAfter } from '../../../rules/sign-in/lockout.ts'
import { randomText } from '../../../secrets/secret.ts'
import { attemptSubject } from '../../../secrets/try-subject.ts'
import { noteEvent } from '../../../store/audit-events.ts'
import { write } from '../../../store/database.ts'
import type { User } from '../../../store/people/users.ts'
import { findAuthenticator } from '../../../store/sign-in/authenticators.ts'
import { endFailedTries, noteFailedTry } from '../../../store/sign-in/failed-tries.ts'
import type { PendingSignIn } from '../../../store/sign-in/pending-sign-ins.ts'
import { claimAttempt, countAttempts, findLock, forgetAttempts } from '../../../store/sign-in/tries.ts'
import { CodePage } from './page.tsx'

interface CodeForm {
  readonly next: string
  readonly kind: 'app' | 'recovery'
}

/** GET /login/code: the password was right, now the second factor. */
export async function getLoginCode(c: Context): Promise<Response> {
  const user = await pendingUser(c)
  const next = c.req.query('next') ?? ''
  if (user === undefined) return startOver(c, next)
  return ask(c, user, { next, kind: c.req.query('recovery') === undefined ? 'app' : 'recovery' })
}

/** POST /login/code: code, next. */
export async function postLoginCode(c: Context): Promise<Response> {
  const body = await readFormBody(c)
  if (!body.ok) return refuseBody(c, undefined, body)
  const { pairs } = body
  const form: CodeForm = {
    next: pairs.get('next') ?? '',
    kind: pairs.get('kind') === 'recovery' ? 'recovery' : 'app',
  }
  const user = await pendingUser(c)
  if (user === undefined) return startOver(c, form.next)
  if (!isOwnForm(c, pairs)) return ask(c, user, form, c.var.messages.login.stale, 403)

  const attempt = await countAttempt(c, user)
  const wait = attempt.lockedUntil - c.var.now
  if (wait > 0) {
    c.header('Retry-After', String(wait))
    return ask(c, user, form, waitProblem(c, wait), 429)
  }
  // Taken away in the meantime: the password alone is asked for again, and is enough.
  if (attempt.authenticator === undefined) return startOver(c, form.next)

  const typed = (pairs.get('code') ?? '').slice(0, 64)
  const verdict = await claimOneTimeCode(c, user.id, attempt.authenticator, typed, attempt.id)
  if (verdict === 'wrong' || verdict === 'used') {
    await noteWrongCode(c, user, attempt)
    return ask(c, user, form, c.var.messages.code[verdict], 400)
  }
  await signIn(c, user, attempt)
  return goOn(c, form.next, user.awaitsReview)
}

/** Before any code is looked at, like a password; on an account of its own, which only somebody with the password can reach. */
async function countAttempt(c: Context, user: User) {
  const { DB } = c.env
  const id = randomText(16)
  const { now } = c.var
  const subject = attemptSubject('code', user.id)
  const budgets = [{ subject, rule: knownBrowserRule }]
  const { lock, counted, authenticator } = await write(DB, claimAttempt(DB, budgets, id, now), {
    lock: findLock(DB, budgets, id, now),
    counted: countAttempts(DB, subject, id),
    authenticator: findAuthenticator(DB, user.id),
  })
  return { id, subject, lockedUntil: lock ?? 0, beginsLock: counted === noticeAfter, authenticator }
}

/** RFC 8176: `otp` for the code of the app; a recovery code is one, too. */
async function signIn(
  c: Context,
  user: PendingSignIn,
  { id, subject }: { readonly id: string; readonly subject: string },
) {
  const { DB } = c.env
  const { now, reference } = c.var
  const event = { reference, userId: user.id } as const
  const writes = [
    ...startSession(c, { userId: user.id, passwordHash: user.passwordHash }, ['pwd', 'otp', 'mfa']),
    finishPendingSignIn(c, user.id),
    forgetAttempts(DB, subject),
    ...endFailedTries(DB, { id, userId: user.id, kind: 'code', reference }, now),
    ...noteEvent(DB, { ...event, id: randomText(16), type: 'sign_in', detail: presentedUserAgent(c) }, now),
  ]
  await write(DB, writes, {})
  tellOfEarlierSession(c)
}

async function noteWrongCode(c: Context, { id: userId }: User, attempt: { id: string; beginsLock: boolean }) {
  const { DB } = c.env
  const { now, reference } = c.var
  const { id, beginsLock } = attempt
  const type = 'second_factor_failed'
  await write(DB, noteFailedTry(DB, { id, userId, kind: 'code', type, reference, beginsLock }, now), {})
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
