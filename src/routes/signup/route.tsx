import { staleForm } from '../../http/attempt.ts'
import type { Context } from '../../http/context.ts'
import { makeEmailLink } from '../../http/email-link.ts'
import { answerNotFound } from '../../http/failures.ts'
import { readFormBody } from '../../http/form-body.ts'
import { isOwnForm } from '../../http/form-token.ts'
import { claimMailAttempt } from '../../http/mail-attempt.ts'
import { canMail } from '../../http/mailer.ts'
import { refusePage, showPage, siteFor } from '../../http/pages.tsx'
import { waitProblem } from '../../http/password-attempt.ts'
import { sayAll } from '../../http/problems.ts'
import { currentSession, startSession } from '../../http/session.ts'
import { parseNextPath } from '../../protocol/next-path.ts'
import { nameKey } from '../../protocol/person.ts'
import { argon2id } from '../../secrets/argon2id.ts'
import { makeAttempt, readAttempt } from '../../secrets/attempt.ts'
import { hashPassword } from '../../secrets/passwords.ts'
import { hashSecret, readSecret } from '../../secrets/secret.ts'
import { read, write } from '../../store/database.ts'
import { findInvitation, type Invitation } from '../../store/invitations.ts'
import { isNameTaken, signUp } from '../../store/sign-ups.ts'
import { findProvenOwner, findUser } from '../../store/users.ts'
import type { Problem } from '../../ui/fields.tsx'
import { type CheckedSignUp, checkSignUp, readSignUpForm, type SignUpForm } from './form.ts'
import { SignUpPage } from './page.tsx'

/** GET /signup?next=…&invitation=… Only where SIGN_UP lets people in. */
export async function getSignUp(c: Context): Promise<Response> {
  if (c.var.config.signUp === 'off') return answerNotFound(c)
  const form = readSignUpForm((name) => c.req.query(name) ?? '')
  const invitation = await findInvited(c, form)
  if (invitation === undefined && mustBeInvited(c, form)) return askForInvitation(c)
  return show(c, { ...form, username: '', email: invitation?.email ?? '' }, [], 200)
}

/**
 * POST /signup: username, email, password, next, invitation. A username is public, so that it is taken is said. Of an address
 * nothing is: the account is made either way, and whoever has proven the address hears of it by mail.
 */
export async function postSignUp(c: Context): Promise<Response> {
  if (c.var.config.signUp === 'off') return answerNotFound(c)
  const body = await readFormBody(c)
  if (!body.ok)
    return refusePage(c, undefined, body.status, c.var.messages.failure.unreadable, body.description)
  const { pairs } = body
  const form = readSignUpForm((name) => pairs.get(name) ?? '')
  const { keyEncryptionSecret } = c.var.config
  const attempt = readAttempt(keyEncryptionSecret, pairs.get('attempt') ?? '', [c.req.path, pairs.toString()])
  if (!isOwnForm(c, pairs) || attempt === undefined) {
    return show(c, form, [{ field: 'username', text: staleForm(c) }], 403)
  }
  if ((await findInvited(c, form)) === undefined && mustBeInvited(c, form)) {
    // Sent twice, it was used by this very form.
    const { made } = await read(c.env.DB, { made: findUser(c.env.DB, attempt.id) })
    if (made === undefined) return askForInvitation(c)
  }
  const checked = checkSignUp(form, pairs.get('password') ?? '')
  if ('problems' in checked) return show(c, form, sayAll(c, checked.problems), 400)
  return create(c, form, checked, attempt.id)
}

async function create(
  c: Context,
  form: SignUpForm,
  { username, email, password }: CheckedSignUp,
  id: string,
): Promise<Response> {
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const { lockedUntil, found } = await claimMailAttempt(
    c,
    email,
    {
      taken: isNameTaken(DB, nameKey(username)),
      mine: findUser(DB, id),
      owner: findProvenOwner(DB, email),
    },
    'sign-up-address',
  )
  if (lockedUntil > now) {
    c.header('Retry-After', String(lockedUntil - now))
    return show(c, form, [{ field: 'username', text: waitProblem(c, lockedUntil - now) }], 429)
  }
  if (found.taken && found.mine === undefined) return nameIsTaken(c, form)

  const passwordHash = hashPassword(await argon2id(), password)
  const user = { id, username, email, role: 'user', createdAt: now, passwordHash } as const
  const secret = readSecret('invitation', form.invitation)
  const link = makeEmailLink(c, { userId: id, username, email, why: 'signed_up', owner: found.owner })
  const { made, taken } = await write(
    DB,
    [...signUp(DB, user, secret && hashSecret(secret), reference, now), ...(canMail(c) ? link.writes : [])],
    { made: findUser(DB, id), taken: isNameTaken(DB, nameKey(username)) },
  )
  // The form sent twice is signed in twice; long after, it is no way to sign in.
  if (made === undefined && !taken) return askForInvitation(c)
  if (made === undefined || made.createdAt < now - 60) return nameIsTaken(c, form)
  if (canMail(c)) link.send()
  await write(DB, startSession(c, id, ['pwd']), {})
  return c.redirect(
    parseNextPath(form.next) ?? (canMail(c) ? `${paths.accountEmail}?sent=` : paths.home),
    303,
  )
}

function nameIsTaken(c: Context, form: SignUpForm): Response | Promise<Response> {
  return show(c, form, [{ field: 'username', text: 'This name is taken. Choose another.' }], 400)
}

/** With an open sign-up an invitation is not needed, but one that is there counts. */
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
  const advice = 'An invitation works once, within seven days. Ask the people who run this for a new one.'
  return refusePage(c, undefined, 403, 'You need an invitation', advice)
}

async function show(
  c: Context,
  form: SignUpForm,
  problems: readonly Problem[],
  status: 200 | 400 | 403 | 429,
): Promise<Response> {
  const site = siteFor(c, await currentSession(c))
  const page = (
    <SignUpPage site={site} {...form} attempt={makeAttempt()} canMail={canMail(c)} problems={problems} />
  )
  return showPage(c, page, status)
}
