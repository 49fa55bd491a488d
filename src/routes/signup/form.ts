import { checkEmail, checkPassword, checkUsername } from '../../protocol/person.ts'
import type { Problem } from '../../ui/fields.tsx'

/** What was typed, and what came along. The password is not in it: it is never shown again. */
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
  readonly password: string
}

export function checkSignUp(
  form: SignUpForm,
  typedPassword: string,
): CheckedSignUp | { readonly problems: readonly Problem[] } {
  const username = checkUsername(form.username)
  const email = checkEmail(form.email)
  const password = checkPassword(typedPassword, form.username, form.email)
  const problems: Problem[] = []
  if ('problem' in username) problems.push({ field: 'username', text: username.problem })
  if ('problem' in email) problems.push({ field: 'email', text: email.problem })
  else if (email.value === undefined) problems.push({ field: 'email', text: 'Write your email address.' })
  if ('problem' in password) problems.push({ field: 'password', text: password.problem })
  if ('problem' in username || 'problem' in email || 'problem' in password || email.value === undefined) {
    return { problems }
  }
  return { username: username.value, email: email.value, password: password.value }
}
