import { createUser } from '../../../../acts/people/create-user.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { canMail, sendMail } from '../../../../http/people/mailer.ts'
import { sayAll } from '../../../../http/problems.ts'
import { asking, doingOf, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { readCommonPasswords } from '../../../../http/sign-in/common-passwords.ts'
import { elsewhereText, enforcedFor } from '../../../../http/sign-in/elsewhere.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { checkEmail, checkPassword, checkUsername } from '../../../../rules/people/person.ts'
import type { CommonPasswords } from '../../../../rules/sign-in/common-passwords.ts'
import { argon2id } from '../../../../secrets/argon2id.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { hashPassword, noPassword } from '../../../../secrets/passwords.ts'
import { hashSecret, secretFrom } from '../../../../secrets/secret.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import type { FieldProblem } from '../../../../values/problem.ts'
import { NewUserPage } from './page.tsx'

/**
 * /admin/users/new: POST takes username, email, password. Without a password a link for choosing one is mailed; using it
 * confirms the address. The form sent twice creates one account, and both mails contain the same link.
 */
export const { get, post } = asking({ kept: ['username', 'email'], ask, act })

function ask(c: Context<'admin'>, session: Session, { typed, problem, problems = [] }: Shown) {
  const found = problem === undefined ? problems : [{ field: 'username', text: problem }]
  const page = (
    <NewUserPage
      site={siteFor(c, session)}
      username={typed?.get('username') ?? ''}
      email={typed?.get('email') ?? ''}
      attempt={makeAttempt()}
      canMail={canMail(c)}
      problems={found}
    />
  )
  return showPage(c, page, found.length === 0 ? 200 : 400)
}

async function act(c: Context<'admin' | 'problems'>, form: OwnForm): Promise<Response> {
  const { session, attempt, pairs } = form
  const t = siteFor(c, session).texts.admin.newUser
  const refuse = (problems: readonly Problem[]) => ask(c, session, { typed: pairs, problems })
  const typed = { username: pairs.get('username') ?? '', email: pairs.get('email') ?? '' }
  const typedPassword = pairs.get('password') ?? ''
  const checked = check(typed, typedPassword, await readCommonPasswords(c))
  const canChoose = canMail(c) && typed.email.trim() !== ''
  const missing = typedPassword === '' && !canChoose ? [{ field: 'password', text: t.neither }] : []
  if ('problems' in checked) return refuse([...sayAll(c, checked.problems), ...missing])
  if (missing.length > 0) return refuse(missing)

  const { username, email, password } = checked
  const elsewhere = email === undefined ? undefined : await enforcedFor(c, email)
  if (elsewhere !== undefined) return refuse([{ field: 'email', text: elsewhereText(c, elsewhere) }])
  const { id } = attempt
  const passwordHash = password === undefined ? noPassword : hashPassword(await argon2id(), password)
  const user = { id, username, email, role: 'user', createdAt: c.var.now, passwordHash } as const
  const secret = secretFrom('mail', attempt.newSeed)
  const link = password === undefined ? hashSecret(secret) : undefined
  const outcome = await createUser(doingOf(c, form), user, link)
  if (outcome === 'taken') return refuse([{ field: 'username', text: t.taken }])
  if (outcome === 'refused') return showNothing(c, session)
  const { paths, issuer } = c.var
  if (link !== undefined && email !== undefined) {
    const url = issuer + pathWith(paths.newPassword, { token: secret.plain })
    sendMail(c, email, { name: 'accountMade', username, url }, { userId: id, about: link })
  }
  return c.redirect(pathWith(paths.adminUser(id), { saved: 'user_created' }), 303)
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
  common: CommonPasswords,
): Checked | { readonly problems: readonly FieldProblem[] } {
  const username = checkUsername(typed.username)
  const email = checkEmail(typed.email)
  const password =
    typedPassword === ''
      ? { value: undefined }
      : checkPassword(typedPassword, common, typed.username, typed.email)
  if ('value' in username && 'value' in email && 'value' in password)
    return { username: username.value, email: email.value, password: password.value }
  const all = Object.entries({ username, email, password })
  return {
    problems: all.flatMap(([field, one]) => ('problem' in one ? [{ field, problem: one.problem }] : [])),
  }
}
