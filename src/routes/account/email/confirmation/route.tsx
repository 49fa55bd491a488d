import { confirmOwnEmail } from '../../../../acts/people/own-email.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { readPageForm } from '../../../../http/form-body.ts'
import { isOwnForm } from '../../../../http/form-token.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { refusePage, showPage, siteFor } from '../../../../http/pages.tsx'
import { addressFault } from '../../../../http/sign-in/elsewhere.ts'
import { requireSession } from '../../../../http/sign-in/require-session.ts'
import type { MailPurpose } from '../../../../rules/people/mail.ts'
import { lacksFactor } from '../../../../rules/sign-in/step-up.ts'
import { hashSecret, randomText, readSecret } from '../../../../secrets/secret.ts'
import { read } from '../../../../store/database.ts'
import { findMailToken } from '../../../../store/people/mail-tokens.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { fillText } from '../../../../ui/words/fill-text.ts'
import type { SecretHash } from '../../../../values/secret.ts'
import { ConfirmationPage, NotConfirmedPage } from './page.tsx'

/**
 * GET /account/email/confirmation?token=… Changes nothing: mail scanners follow links. Only for the signed-in person who
 * requested it: otherwise a stranger's account would get the address of a person who clicks on a mailed link.
 */
export async function get(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const token = c.req.query('token') ?? ''
  const link = await findLink(c, session, token)
  if (link === undefined) return refuse(c, session, 'dead')
  const weak = refuseWeak(c, session, link)
  if (weak !== undefined) return weak
  return ask(c, session, link)
}

/** POST /account/email/confirmation: token. */
export async function post(c: Context<'account'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const pairs = await readPageForm(c, session)
  if (pairs instanceof Response) return pairs
  const token = pairs.get('token') ?? ''
  const link = await findLink(c, session, token)
  if (link === undefined) return refuse(c, session, 'dead')
  const weak = refuseWeak(c, session, link)
  if (weak !== undefined) return weak
  if (!isOwnForm(c, pairs)) return ask(c, session, link, staleForm(c))
  const fault = await addressFault(c, session.user.id, link.email)
  if (link.purpose === 'email_change' && fault !== undefined) {
    const t = siteFor(c, session).texts.account.email
    return refusePage(c, session, 403, t.confirmTitle, fillText(t[fault.fault], fault))
  }

  const { now, reference, paths } = c.var
  const { hash, purpose, email } = link
  const use = { hash, purpose, email, userId: session.user.id, attemptId: randomText(16) }
  const outcome = await confirmOwnEmail({ db: c.env.DB, reference, now }, use)
  return outcome === 'confirmed' ? c.redirect(paths.accountEmail, 303) : refuse(c, session, outcome)
}

/**
 * The owner of the address can reset the password, so a new address needs the current highest level of the account: a factor
 * that was set up after the link was requested counts, too.
 */
function refuseWeak(c: Context, session: Session, { purpose, token }: Link): Response | undefined {
  if (purpose !== 'email_change' || !lacksFactor(session)) return undefined
  const { login, emailConfirmation } = c.var.paths
  const next = pathWith(emailConfirmation, { token })
  return c.redirect(pathWith(login, { next, again: 'factor' }), 303)
}

interface Link {
  readonly token: string
  readonly hash: SecretHash<'mail'>
  readonly purpose: MailPurpose
  readonly email: string
}

async function findLink(c: Context, session: Session, token: string): Promise<Link | undefined> {
  const secret = readSecret('mail', token)
  if (secret === undefined) return undefined
  const hash = hashSecret(secret)
  const { DB } = c.env
  const { verification, change } = await read(DB, {
    verification: findMailToken(DB, hash, 'email_verification', c.var.now),
    change: findMailToken(DB, hash, 'email_change', c.var.now),
  })
  const found = verification ?? change
  if (found === undefined || found.id !== session.user.id) return undefined
  const purpose = verification === undefined ? 'email_change' : 'email_verification'
  return { token, hash, purpose, email: found.email }
}

function ask(c: Context<'account'>, session: Session, { token, email }: Link, problem?: string) {
  const page = <ConfirmationPage site={siteFor(c, session)} token={token} email={email} problem={problem} />
  return showPage(c, page, problem === undefined ? 200 : 403)
}

function refuse(c: Context<'account'>, session: Session, reason: 'dead' | 'taken') {
  const status = reason === 'dead' ? 404 : 409
  return showPage(c, <NotConfirmedPage site={siteFor(c, session)} reason={reason} />, status)
}
