import { type FirstWayIn, signUp } from '../../acts/people/sign-up.ts'
import type { Context } from '../../http/context.ts'
import { readPageForm } from '../../http/form-body.ts'
import { isOwnForm } from '../../http/form-token.ts'
import { staleForm } from '../../http/own-form.ts'
import { refusePage, showPage, siteFor, toSignIn } from '../../http/pages.tsx'
import { makeEmailLink } from '../../http/people/email-link.ts'
import { claimMailAttempt } from '../../http/people/mail-try.ts'
import { canMail, deviceOf } from '../../http/people/mailer.ts'
import { signUpBudgets } from '../../http/people/sign-up-budgets.ts'
import { sayAll } from '../../http/problems.ts'
import { readCommonPasswords } from '../../http/sign-in/common-passwords.ts'
import { elsewhereText, enforcedFor } from '../../http/sign-in/elsewhere.ts'
import { readNewPasskey } from '../../http/sign-in/new-passkey.ts'
import { leaveOutdated } from '../../http/sign-in/outdated-form.ts'
import { challengeOfSignUp, signUpOptions } from '../../http/sign-in/passkey-options.ts'
import { waitNotice } from '../../http/sign-in/password-try.ts'
import { sessionAndButtons } from '../../http/sign-in/session.ts'
import { signIn } from '../../http/sign-in/sign-in.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import { type Attempt, makeAttempt, readAttempt } from '../../secrets/form-key.ts'
import { hashSecret, randomText, readSecret } from '../../secrets/secret.ts'
import { read } from '../../store/database.ts'
import { findInvitation, type Invitation } from '../../store/people/invitations.ts'
import { isNameTaken, isTaken } from '../../store/people/sign-ups.ts'
import { findProvenOwner, findUser } from '../../store/people/users.ts'
import { findLock } from '../../store/sign-in/tries.ts'
import type { Problem } from '../../ui/forms/fields.tsx'
import type { Seconds } from '../../values/time.ts'
import { type CheckedSignUp, checkSignUp, readSignUpForm, type SignUpForm } from './form.ts'
import { SignUpPage } from './page.tsx'

/** GET /signup?next=…&invitation=… Only if SIGN_UP allows it. */
export async function get(c: Context): Promise<Response> {
  if (c.var.config.signUp === 'off') return closed(c)
  const form = readSignUpForm((name) => c.req.query(name) ?? '')
  const invitation = await findInvited(c, form)
  if (invitation === undefined && mustBeInvited(c, form)) return askForInvitation(c)
  return show(c, { ...form, username: '', email: invitation?.email ?? '' }, [], 200)
}

/**
 * POST /signup: username, email, password or credential (RegistrationResponseJSON), next, invitation. A username is public, so
 * a taken one is reported. Nothing is revealed about an address: the account is created either way, and the owner of the
 * confirmed address is notified by mail.
 */
export async function post(c: Context): Promise<Response> {
  if (c.var.config.signUp === 'off') return closed(c)
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const form = readSignUpForm((name) => pairs.get(name) ?? '')
  const { keyEncryptionSecret } = c.var.config
  const attempt = readAttempt(keyEncryptionSecret, pairs.get('attempt') ?? '', [c.req.path, pairs.toString()])
  if (!isOwnForm(c, pairs) || attempt === undefined) {
    const left = await leaveOutdated(c, form.next)
    return left instanceof Response ? left : show(c, form, [{ field: 'username', text: staleForm(c) }], 403)
  }
  const credential = pairs.get('credential') ?? ''
  const typed = credential === '' ? (pairs.get('password') ?? '') : undefined
  const checked = checkSignUp(form, typed, await readCommonPasswords(c))
  if ('problems' in checked) return show(c, form, sayAll(c, checked.problems), 400)
  const elsewhere = await enforcedFor(c, checked.email)
  if (elsewhere !== undefined)
    return show(c, form, [{ field: 'email', text: elsewhereText(c, elsewhere) }], 400)
  const way =
    checked.password === undefined
      ? readPasskey(c, attempt, pairs.get('passkey_user') ?? '', credential)
      : { by: 'password' as const, password: checked.password }
  if ('problem' in way) return show(c, form, [{ field: 'passkey', text: way.problem }], 400)
  const id = way.by === 'passkey' ? way.passkey.userId : attempt.id.slice(0, 16)
  if ((await findInvited(c, form)) === undefined && mustBeInvited(c, form)) {
    // Sent twice, it was used by this very form.
    const { made } = await read(c.env.DB, { made: findUser(c.env.DB, id) })
    if (made === undefined) return askForInvitation(c)
  }
  return create(c, form, checked, { id, way, attempt })
}

async function create(
  c: Context,
  form: SignUpForm,
  { username, email }: CheckedSignUp,
  { id, way, attempt }: { readonly id: string; readonly way: FirstWayIn; readonly attempt: Attempt },
): Promise<Response> {
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const secret = readSecret('invitation', form.invitation)
  // An administrator invited the person: they are not counted.
  const budgets = secret === undefined ? signUpBudgets(c) : []
  const { found, ...locks } = await claimMailAttempt(
    c,
    { id: attempt.id, typed: email, ifTaken: isTaken(username, id) },
    {
      fullUntil: findLock(DB, budgets, id, now),
      taken: isNameTaken(DB, username),
      mine: findUser(DB, id),
      owner: findProvenOwner(DB, email),
    },
  )
  const notice = waitNotice(c, Math.max(locks.lockedUntil, locks.fullUntil))
  if (notice !== undefined) return show(c, form, [{ field: 'username', text: notice }], 429)
  if (found.mine === undefined) {
    if (found.taken) return nameIsTaken(c, form)
    if (found.fullUntil !== undefined) return networkIsFull(c, form, found.fullUntil)
  }

  const { owner } = found
  const link = makeEmailLink(c, { userId: id, username, email, why: 'signed_up', owner, attempt })
  const invitation = secret && hashSecret(secret)
  const after = canMail(c) ? link.writes : []
  const signingUp = { id, username, email, way, invitation, budgets, after, reference }
  const { made, account, taken, isThere, fullUntil } = await signUp(DB, signingUp, now)
  // The form sent twice is signed in twice; long after, it is not a way to sign in.
  if (made === undefined && !taken) {
    if (fullUntil !== undefined) return networkIsFull(c, form, fullUntil)
    // Otherwise the passkey was registered already, or its answer was used.
    return mustBeInvited(c, form)
      ? askForInvitation(c)
      : show(c, form, [{ field: 'passkey', text: c.var.messages.passkey.notMade }], 400)
  }
  if (made === undefined || made.createdAt < now - 60 || !isThere || account?.user.id !== id) {
    return nameIsTaken(c, form)
  }
  if (canMail(c)) link.send()
  const { passwordHash } = account
  await signIn(c, { userId: id, passwordHash, proof: { by: 'new-account', with: way.by } }, [], {})
  return c.redirect(
    parseNextPath(form.next) ?? (canMail(c) ? `${paths.accountEmail}?sent=` : paths.home),
    303,
  )
}

/** The id of the account was in the options of the passkey, and is signed in its challenge: nobody can choose one. */
function readPasskey(
  c: Context,
  { id }: Attempt,
  userId: string,
  credential: string,
): FirstWayIn | { readonly problem: string } {
  const read = readNewPasskey(c, credential)
  if (read === undefined) return { problem: c.var.messages.passkey.notMade }
  const challenge = challengeOfSignUp(c, userId, read.challenge)
  if (challenge === undefined) return { problem: c.var.messages.passkey.late }
  const passkey = { ...read.made, id, userId, name: deviceOf(c) }
  return { by: 'passkey', passkey, challenge, most: c.var.config.quotas.passkeys }
}

function nameIsTaken(c: Context, form: SignUpForm): Response | Promise<Response> {
  return show(c, form, [{ field: 'username', text: c.var.messages.signUp.taken }], 400)
}

/** For a network that has created as many accounts today as the setting allows. */
function networkIsFull(c: Context, form: SignUpForm, until: Seconds): Response | Promise<Response> {
  c.header('Retry-After', String(until - c.var.now))
  return show(c, form, [{ field: 'username', text: c.var.messages.signUp.full }], 429)
}

/** With an open sign-up an invitation is optional, but a given one counts. */
function mustBeInvited(c: Context, form: SignUpForm): boolean {
  return c.var.config.signUp === 'invitation' || form.invitation !== ''
}

async function findInvited(c: Context, form: SignUpForm): Promise<Invitation | undefined> {
  const secret = readSecret('invitation', form.invitation)
  if (secret === undefined) return undefined
  const { DB } = c.env
  const { invitation } = await read(DB, { invitation: findInvitation(DB, hashSecret(secret), c.var.now) })
  return invitation
}

function askForInvitation(c: Context): Response | Promise<Response> {
  const { invitation, invitationAdvice } = c.var.messages.signUp
  return refusePage(c, undefined, 403, invitation, invitationAdvice, { onward: toSignIn(c) })
}

/** A person sent by an application can still sign in to it. */
function closed(c: Context): Response | Promise<Response> {
  const { closed, closedAdvice } = c.var.messages.signUp
  const onward = toSignIn(c, parseNextPath(c.req.query('next')) ?? '')
  return refusePage(c, undefined, 404, closed, closedAdvice, { onward })
}

async function show(
  c: Context,
  form: SignUpForm,
  problems: readonly Problem[],
  status: 200 | 400 | 403 | 429,
): Promise<Response> {
  const { session, connections } = await sessionAndButtons(c)
  const site = siteFor(c, session)
  const userId = randomText(12)
  const page = (
    <SignUpPage
      site={site}
      {...form}
      connections={connections}
      attempt={makeAttempt()}
      passkey={{ userId, options: signUpOptions(c, userId) }}
      canMail={canMail(c)}
      problems={problems}
    />
  )
  return showPage(c, page, status)
}
