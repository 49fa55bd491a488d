import { resetPassword } from '../../../acts/sign-in/reset-password.ts'
import type { Context } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { deliverLogoutsSoon } from '../../../http/openid/deliver-soon.ts'
import { staleForm } from '../../../http/own-form.ts'
import { refusePage, showPage, siteFor } from '../../../http/pages.tsx'
import { canMail, sendMail } from '../../../http/people/mailer.ts'
import { refuseWithoutMail } from '../../../http/people/without-mail.ts'
import { say } from '../../../http/problems.ts'
import { readCommonPasswords } from '../../../http/sign-in/common-passwords.ts'
import { sendElsewhere } from '../../../http/sign-in/elsewhere.ts'
import { rememberBrowser } from '../../../http/sign-in/known-browser.ts'
import { checkPassword, nameKey } from '../../../rules/people/person.ts'
import { argon2id } from '../../../secrets/argon2id.ts'
import { attemptFrom } from '../../../secrets/form-key.ts'
import { hashPassword } from '../../../secrets/passwords.ts'
import { hashSecret, randomText, readSecret, secretFrom } from '../../../secrets/secret.ts'
import { subjectsOfAccount } from '../../../secrets/try-subject.ts'
import { read } from '../../../store/database.ts'
import { findFormThatUsed, findMailToken } from '../../../store/people/mail-tokens.ts'
import type { MailedUser } from '../../../store/people/users.ts'
import { findResetStanding, type ResetStanding } from '../../../store/sign-in/password-resets.ts'
import type { Problem } from '../../../ui/forms/fields.tsx'
import type { SecretHash } from '../../../values/secret.ts'
import { DeadLinkPage, NewPasswordPage } from './page.tsx'

/** GET /password-reset/password?token=… Changes nothing: mail scanners follow links. */
export async function get(c: Context<'start'>): Promise<Response> {
  if (!canMail(c)) return refuseWithoutMail(c)
  const token = c.req.query('token') ?? ''
  const link = await findLink(c, token)
  if (link === undefined) return deadLink(c)
  const { elsewhere } = link.standing
  if (elsewhere !== undefined) return sendElsewhere(c, elsewhere)
  return link.standing.isRefused ? refuse(c) : ask(c, link, [], 200)
}

/** POST /password-reset/password: token, password. */
export async function post(c: Context<'start'>): Promise<Response> {
  if (!canMail(c)) return refuseWithoutMail(c)
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const token = pairs.get('token') ?? ''
  const link = await findLink(c, token)
  const { DB } = c.env
  const { now, issuer, reference, config } = c.var
  const typed = pairs.get('password') ?? ''
  const form = attemptFrom(config.keyEncryptionSecret, [c.req.path, token, typed]).id
  if (link === undefined) {
    // Sent again after a lost answer, this form has used the link itself.
    const { used } = await read(DB, {
      used: findFormThatUsed(DB, hashSecret(secretFrom('mail', token)), form),
    })
    return used === undefined ? deadLink(c) : done(c, used.user, used.attemptId)
  }
  const { user, hash } = link
  const again = (status: 400 | 403, text: string) => ask(c, link, [{ field: 'password', text }], status)
  const { isRefused, elsewhere } = link.standing
  if (elsewhere !== undefined) return sendElsewhere(c, elsewhere)
  if (isRefused) return refuse(c)
  if (!isOwnForm(c, pairs)) return again(403, staleForm(c))
  const common = await readCommonPasswords(c)
  const password = checkPassword(typed, common, user.username, user.email)
  if ('problem' in password) return again(400, say(c, password.problem))

  const use = { hash, purpose: 'password_reset', attemptId: `${form}.${randomText(6)}` } as const
  const reset = {
    use,
    passwordHash: hashPassword(await argon2id(), password.value),
    subjects: subjectsOfAccount(nameKey(user.username), user.id),
    issuer,
    reference,
  }
  const userId = await resetPassword(DB, reset, now)
  if (userId === undefined) return deadLink(c)
  deliverLogoutsSoon(c)
  rememberBrowser(c, { userId, passwordHash: reset.passwordHash })
  return done(c, user, use.attemptId)
}

function done(c: Context, { id: userId, username, email }: MailedUser, event: string): Response {
  const { issuer, paths } = c.var
  const url = issuer + paths.passwordReset
  sendMail(c, email, { name: 'passwordWasReset', username, url }, { userId, about: event })
  return c.redirect(paths.passwordResetDone, 303)
}

interface Link {
  readonly token: string
  readonly hash: SecretHash<'mail'>
  readonly user: MailedUser
  readonly standing: ResetStanding
}

async function findLink(c: Context, token: string): Promise<Link | undefined> {
  const secret = readSecret('mail', token)
  if (secret === undefined) return undefined
  const hash = hashSecret(secret)
  const { DB } = c.env
  const { user, standing } = await read(DB, {
    user: findMailToken(DB, hash, 'password_reset', c.var.now),
    standing: findResetStanding(DB, hash),
  })
  return user && { token, hash, user, standing }
}

function ask(c: Context<'start'>, link: Link, problems: readonly Problem[], status: 200 | 400 | 403) {
  const { token, user, standing } = link
  const page = (
    <NewPasswordPage
      site={siteFor(c, undefined)}
      token={token}
      username={user.username}
      isFirstProof={standing.isFirstProof}
      problems={problems}
    />
  )
  return showPage(c, page, status)
}

function refuse(c: Context<'start'>): Response | Promise<Response> {
  const t = siteFor(c, undefined).texts.start.reset
  return refusePage(c, undefined, 403, t.refused, t.refusedText)
}

function deadLink(c: Context<'start'>): Response | Promise<Response> {
  return showPage(c, <DeadLinkPage site={siteFor(c, undefined)} />, 404)
}
