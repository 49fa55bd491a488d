import { checkEmail, checkPassword, checkUsername } from '../../rules/people/person.ts'
import type { CommonPasswords } from '../../rules/sign-in/common-passwords.ts'
import type { FieldProblem, PersonProblem } from '../../values/problem.ts'

/** The input. The password is not part of it: it is never shown again. */
export interface SignUpForm {
  readonly username: string
  readonly email: string
  readonly next: string
  readonly invitation: string
}

export function readSignUpForm(typed: (name: string) => string): SignUpForm {
  return {
    username: typed('username').slice(0, 256),
    email: typed('email').slice(0, 300),
    next: typed('next'),
    invitation: typed('invitation').slice(0, 100),
  }
}

export interface CheckedSignUp {
  readonly username: string
  readonly email: string
  /** Undefined for a person with a passkey. */
  readonly password: string | undefined
}

export function checkSignUp(
  form: SignUpForm,
  typedPassword: string | undefined,
  common: CommonPasswords,
): CheckedSignUp | { readonly problems: readonly FieldProblem<PersonProblem>[] } {
  const username = checkUsername(form.username)
  const email = checkEmail(form.email)
  const password =
    typedPassword === undefined
      ? { value: undefined }
      : checkPassword(typedPassword, common, form.username, form.email)
  const problems: FieldProblem<PersonProblem>[] = []
  if ('problem' in username) problems.push({ field: 'username', problem: username.problem })
  if ('problem' in email) problems.push({ field: 'email', problem: email.problem })
  else if (email.value === undefined) problems.push({ field: 'email', problem: { code: 'emailMissing' } })
  if ('problem' in password) problems.push({ field: 'password', problem: password.problem })
  if ('problem' in username || 'problem' in email || 'problem' in password || email.value === undefined) {
    return { problems }
  }
  return { username: username.value, email: email.value, password: password.value }
}
