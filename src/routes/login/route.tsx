import { removeIfDue } from '../../acts/sign-in/lost-factors.ts'
import { type Context, pathWith } from '../../http/context.ts'
import { readPageForm } from '../../http/form-body.ts'
import { isOwnForm } from '../../http/form-token.ts'
import { deliverLogoutsSoon } from '../../http/openid/deliver-soon.ts'
import { joinOnArrival } from '../../http/openid/link-on-arrival.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { tellEvenIfLost, tellOfChange } from '../../http/people/mailer.ts'
import { goOn } from '../../http/sign-in/after-sign-in.ts'
import { sendElsewhere } from '../../http/sign-in/elsewhere.ts'
import { leaveOutdated, outdatedText } from '../../http/sign-in/outdated-form.ts'
import {
  claimPasswordAttempt,
  noteLockedTry,
  noteWrongPassword,
  waitNotice,
} from '../../http/sign-in/password-try.ts'
import { startPendingSignIn } from '../../http/sign-in/pending-sign-in.ts'
import { sessionAndButtons } from '../../http/sign-in/session.ts'
import { signIn } from '../../http/sign-in/sign-in.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import { lacksFactor } from '../../rules/sign-in/step-up.ts'
import { argon2id } from '../../secrets/argon2id.ts'
import { hashPassword, verifyPassword } from '../../secrets/passwords.ts'
import { randomText } from '../../secrets/secret.ts'
import { type Write, write } from '../../store/database.ts'
import { type SignInFacts, updatePasswordHash, type VerifiedPassword } from '../../store/people/users.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import { LoginPage } from './page.tsx'

/** GET /login */
export async function get(c: Context): Promise<Response> {
  const { session, ...buttons } = await sessionAndButtons(c)
  const next = c.req.query('next') ?? ''
  const username = loginHint(next) || (session?.user.username ?? '')
  const asked = session && c.req.query('again')
  const isOfFactor = asked === 'factor' || (session !== undefined && lacksFactor(session))
  const again = asked === undefined ? undefined : isOfFactor ? 'factor' : 'again'
  const site = siteFor(c, session)
  const page = <LoginPage site={site} next={next} username={username} {...buttons} again={again} />
  return showPage(c, page)
}

/** POST /login: username, password, next, can_have_passkey. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const form = new LoginForm(pairs)
  if (!isOwnForm(c, pairs)) {
    const asked = pairs.get('again')
    const left = await leaveOutdated(c, form.next, asked !== null)
    if (left instanceof Response) return left
    return again(
      c,
      form,
      403,
      outdatedText(c),
      left && { session: left, again: asked === 'factor' ? 'factor' : 'again' },
    )
  }
  const attempt = await claimPasswordAttempt(c, form.username)
  const notice = waitNotice(c, attempt.lockedUntil)
  if (notice !== undefined) {
    await noteLockedTry(c)
    return again(c, form, 429, notice)
  }

  const found = attempt.found
  const argon2 = await argon2id()
  const verdict = verifyPassword(argon2, form.password, found?.passwordHash, attempt.importedKinds)
  if (found === undefined || verdict === 'wrong') {
    await noteWrongPassword(c, attempt, 'sign_in_failed')
    return again(c, form, 400, c.var.messages.login.wrong)
  }

  const { DB } = c.env
  const { id: userId } = found.user
  const { elsewhere } = found
  const joined = elsewhere && (await joinOnArrival(c, userId, elsewhere.id, form.next))
  if (elsewhere !== undefined && joined === undefined) {
    await write(DB, attempt.forgiven, {})
    return sendElsewhere(c, elsewhere, form.next)
  }
  const rehashed = verdict === 'right-but-rehash' ? hashPassword(argon2, form.password) : undefined
  const passwordHash = rehashed ?? found.passwordHash
  const verified = { userId, passwordHash: found.passwordHash }
  const writes: readonly Write[] = [
    ...(rehashed === undefined ? [] : [updatePasswordHash(DB, verified, rehashed)]),
    ...attempt.forgiven,
  ]
  const lost = await removeLost(c, found, verified)
  if (found.hasAuthenticator && !lost) {
    await write(DB, [...writes, startPendingSignIn(c, userId, passwordHash, joined?.at)], {})
    return c.redirect(pathWith(c.var.paths.loginCode, { next: form.next }), 303)
  }
  if (joined !== undefined) {
    const proof = { by: 'provider', at: joined.at } as const
    await signIn(c, { userId, passwordHash, proof }, [...writes, ...joined.writes], {})
    return goOn(c, joined.next, false)
  }
  await signIn(c, { userId, passwordHash, proof: { by: 'password' } }, writes, {})
  const hasPasskey = found.hasPasskey && !lost
  const reviews = found.awaitsReview && !hasPasskey
  const isOffered = form.canHavePasskey && !hasPasskey && !reviews
  if (!isOffered) return goOn(c, form.next, reviews)
  const next = parseNextPath(form.next) ?? c.var.paths.home
  return c.redirect(pathWith(c.var.paths.passkeyOffer, { next }), 303)
}

/** Removes the factors that a person reported lost, once the wait is over. They are notified by mail. */
async function removeLost(c: Context, found: SignInFacts, verified: VerifiedPassword): Promise<boolean> {
  const { now, reference, issuer } = c.var
  if (found.removalDueAt === undefined || found.removalDueAt > now) return false
  const { DB } = c.env
  const removal = { verified, attemptId: randomText(16), reference, issuer }
  const tellThem = () => tellOfChange(c, found.user, removal.attemptId)
  if (!(await tellEvenIfLost(removeIfDue(DB, removal, now), tellThem))) return false
  deliverLogoutsSoon(c)
  tellThem()
  return true
}

class LoginForm {
  readonly username: string
  readonly password: string
  readonly next: string
  /** The page's script reports it about the device. */
  readonly canHavePasskey: boolean
  constructor(pairs: URLSearchParams) {
    this.username = (pairs.get('username') ?? '').slice(0, 256)
    // Longer than any allowed password: no work is spent on the rest.
    this.password = (pairs.get('password') ?? '').slice(0, 1024)
    this.next = pairs.get('next') ?? ''
    this.canHavePasskey = pairs.get('can_have_passkey') === 'yes'
  }
}

/** `signedIn`: a person who is asked to sign in again. */
async function again(
  c: Context,
  form: LoginForm,
  status: 400 | 403 | 429,
  problem: string,
  signedIn?: { readonly session: Session; readonly again: 'again' | 'factor' },
) {
  const { session: _, ...buttons } = await sessionAndButtons(c)
  const page = (
    <LoginPage
      site={siteFor(c, signedIn?.session)}
      {...buttons}
      next={form.next}
      username={form.username}
      problem={problem}
      again={signedIn?.again}
    />
  )
  return showPage(c, page, status)
}

/** OIDC Core §3.1.2.1 login_hint, from the pending request in `next`. */
function loginHint(next: string): string {
  const query = next.split('?')[1]
  return query === undefined ? '' : (new URLSearchParams(query).get('login_hint') ?? '').slice(0, 64)
}
