import { type Context, pathWith } from '../../../../http/context.ts'
import { keptField } from '../../../../http/kept-fields.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { canMail, sendMail } from '../../../../http/people/mailer.ts'
import { sayAll } from '../../../../http/problems.ts'
import { receiveForm, requireSession, showNothing } from '../../../../http/sign-in/require-session.ts'
import { checkEmail, checkPassword, checkUsername } from '../../../../rules/people/person.ts'
import { argon2id } from '../../../../secrets/argon2id.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hashPassword, noPassword } from '../../../../secrets/passwords.ts'
import { hashSecret, secretFrom } from '../../../../secrets/secret.ts'
import { insertAdminEvent, notYet } from '../../../../store/audit-events.ts'
import { write } from '../../../../store/database.ts'
import { replaceMailToken } from '../../../../store/people/mail-tokens.ts'
import { isNameTaken } from '../../../../store/people/sign-ups.ts'
import { findUser, insertUserFor, isUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import type { FieldProblem } from '../../../../values/problem.ts'
import { actOf } from '../../form.ts'
import { NewUserPage } from './page.tsx'

/** GET /admin/users/new */
export async function get(c: Context): Promise<Response> {
  const session = await requireSession(c)
  return session instanceof Response ? session : show(c, session)
}

/**
 * POST: username, email, password. Without a password a link for choosing one is mailed; the address is proven when somebody
 * uses it. The form sent twice makes one account, and both mails hold the same link.
 */
export async function post(c: Context): Promise<Response> {
  const received = await receiveForm(c, ['username', 'email'])
  if (received instanceof Response) return received
  const { session, attempt, pairs } = received
  const typed = { username: pairs.get('username') ?? '', email: pairs.get('email') ?? '' }
  if (attempt === undefined) return show(c, session, typed, [{ field: 'username', text: staleForm(c) }])
  const typedPassword = pairs.get('password') ?? ''
  const checked = check(typed, typedPassword)
  const canChoose = canMail(c) && typed.email.trim() !== ''
  const neither = { field: 'password', text: siteFor(c, session).texts.admin.newUser.neither }
  const missing = typedPassword === '' && !canChoose ? [neither] : []
  if ('problems' in checked) return show(c, session, typed, [...sayAll(c, checked.problems), ...missing])
  if (missing.length > 0) return show(c, session, typed, missing)
  const { username, email, password } = checked

  const { DB } = c.env
  const { now, reference, paths, issuer } = c.var
  const act = actOf(session, attempt)
  const { id } = attempt
  const passwordHash = password === undefined ? noPassword : hashPassword(await argon2id(), password)
  const user = { id, username, email, role: 'user', createdAt: now, passwordHash } as const
  const secret = secretFrom('mail', attempt.newSeed)
  const token = {
    hash: hashSecret(secret),
    purpose: 'password_reset',
    userId: id,
    email: email ?? '',
  } as const
  const event = { type: 'user_created', reference, target: id } as const
  const { made, taken } = await write(
    DB,
    [
      insertUserFor(DB, act, user),
      ...(password === undefined ? replaceMailToken(DB, token, now, notYet(act.attemptId)) : []),
      insertAdminEvent(DB, act, event, now, isUser(id)),
    ],
    { made: findUser(DB, id), taken: isNameTaken(DB, username) },
  )
  if (made === undefined)
    return taken
      ? show(c, session, typed, [{ field: 'username', text: siteFor(c, session).texts.admin.newUser.taken }])
      : showNothing(c, session)
  if (password === undefined && email !== undefined) {
    const url = issuer + pathWith(paths.newPassword, { token: secret.plain })
    sendMail(c, email, { name: 'accountMade', username, url }, { userId: id })
  }
  return c.redirect(pathWith(paths.adminUser(id), { saved: '' }), 303)
}

interface Typed {
  readonly username: string
  readonly email: string
}

interface Checked {
  readonly username: string
  readonly email: string | undefined
  readonly password: string | undefined
}

function check(
  typed: Typed,
  typedPassword: string,
): Checked | { readonly problems: readonly FieldProblem[] } {
  const username = checkUsername(typed.username)
  const email = checkEmail(typed.email)
  const password =
    typedPassword === '' ? { value: undefined } : checkPassword(typedPassword, typed.username, typed.email)
  if ('value' in username && 'value' in email && 'value' in password)
    return { username: username.value, email: email.value, password: password.value }
  const all = Object.entries({ username, email, password })
  return {
    problems: all.flatMap(([field, one]) => ('problem' in one ? [{ field, problem: one.problem }] : [])),
  }
}

function show(c: Context, session: Session, typed?: Typed, problems: readonly Problem[] = []) {
  const page = (
    <NewUserPage
      site={siteFor(c, session)}
      username={typed?.username ?? keptField(c, session, 'username') ?? ''}
      email={typed?.email ?? keptField(c, session, 'email') ?? ''}
      attempt={makeAttempt()}
      canMail={canMail(c)}
      problems={problems}
    />
  )
  return showPage(c, page, problems.length === 0 ? 200 : 400)
}
