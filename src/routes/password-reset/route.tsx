import { offerReset } from '../../acts/sign-in/reset-password.ts'
import { type Context, pathWith } from '../../http/context.ts'
import { readPageForm } from '../../http/form-body.ts'
import { isOwnForm } from '../../http/form-token.ts'
import { staleForm } from '../../http/own-form.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { claimMailAttempt } from '../../http/people/mail-try.ts'
import { canMail, sendMail } from '../../http/people/mailer.ts'
import { refuseWithoutMail } from '../../http/people/without-mail.ts'
import { realmQuery, sendElsewhere } from '../../http/sign-in/elsewhere.ts'
import { knownBrowserOf } from '../../http/sign-in/known-browser.ts'
import { waitNotice } from '../../http/sign-in/password-try.ts'
import { mailLinkLifetime } from '../../rules/people/mail.ts'
import { makeAttempt, readAttempt } from '../../secrets/form-key.ts'
import { hashSecret, secretFrom } from '../../secrets/secret.ts'
import { read } from '../../store/database.ts'
import { findUserToMail } from '../../store/people/users.ts'
import { PasswordResetPage } from './page.tsx'

/** GET /password-reset */
export function get(c: Context<'start'>): Response | Promise<Response> {
  if (!canMail(c)) return refuseWithoutMail(c)
  return showPage(
    c,
    <PasswordResetPage site={siteFor(c, undefined)} account="" attempt={makeAttempt()} problems={[]} />,
  )
}

/** POST /password-reset: account. Neither the answer nor the work reveals whether there is one. */
export async function post(c: Context<'start'>): Promise<Response> {
  if (!canMail(c)) return refuseWithoutMail(c)
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const account = (pairs.get('account') ?? '').slice(0, 256)
  const { now, issuer, paths, reference, config } = c.var
  // Later the same form is a new request: nobody uses a link twice.
  const hour = String(Math.floor(now / mailLinkLifetime))
  const random = pairs.get('attempt') ?? ''
  const attempt = readAttempt(config.keyEncryptionSecret, random, [c.req.path, hour, pairs.toString()])
  if (!isOwnForm(c, pairs) || attempt === undefined) return again(c, account, 403, staleForm(c))
  if (account.trim() === '') return again(c, account, 400, siteFor(c, undefined).texts.start.reset.noAccount)

  const { DB } = c.env
  const { found, realm } = await read(DB, {
    found: findUserToMail(DB, account),
    realm: realmQuery(DB, account),
  })
  // Only the domain decides: nothing is told about an account.
  if (realm?.isEnforced) return sendElsewhere(c, realm.connection)
  const known = { userId: found?.id ?? '', passwordHash: found?.passwordHash ?? '' }
  const mailed = { id: attempt.id, typed: account, mailbox: found?.email, browser: knownBrowserOf(c, known) }
  const { lockedUntil, fullUntil } = await claimMailAttempt(c, mailed, {})
  const notice = waitNotice(c, lockedUntil)
  if (notice !== undefined) return again(c, account, 429, notice)

  // The newest link in the mailbox still works, even if somebody else requested it.
  if (fullUntil > now) return c.redirect(paths.passwordResetSent, 303)

  const secret = secretFrom('mail', attempt.newSeed)
  const link = hashSecret(secret)
  const mayReset = found?.elsewhere === undefined ? found : undefined
  await offerReset({ db: DB, reference, now }, mayReset, link)
  if (mayReset !== undefined) {
    const url = issuer + pathWith(paths.newPassword, { token: secret.plain })
    const { id: userId, email, username, languages } = mayReset
    sendMail(c, email, { name: 'passwordReset', username, url }, { userId, languages, about: link })
  }
  return c.redirect(paths.passwordResetSent, 303)
}

function again(c: Context<'start'>, account: string, status: 400 | 403 | 429, text: string) {
  const problems = [{ field: 'account', text }]
  const site = siteFor(c, undefined)
  const page = <PasswordResetPage site={site} account={account} attempt={makeAttempt()} problems={problems} />
  return showPage(c, page, status)
}
