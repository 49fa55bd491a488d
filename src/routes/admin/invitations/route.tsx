import { invite as inviteToSignUp } from '../../../acts/people/invitations.ts'
import { type Context, pathWith } from '../../../http/context.ts'
import { answerNotFound } from '../../../http/failures.ts'
import { keptField } from '../../../http/kept-fields.ts'
import { placeOn, readList } from '../../../http/list-page.ts'
import { staleForm } from '../../../http/own-form.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { canMail, sendMail } from '../../../http/people/mailer.ts'
import { say } from '../../../http/problems.ts'
import { doingOf } from '../../../http/sign-in/asking.ts'
import { receiveForm, requireSession, showNothing } from '../../../http/sign-in/require-session.ts'
import { checkEmail } from '../../../rules/people/person.ts'
import { type Attempt, makeAttempt } from '../../../secrets/form-key.ts'
import { hashSecret, secretFrom } from '../../../secrets/secret.ts'
import { read } from '../../../store/database.ts'
import { listInvitations } from '../../../store/people/invitations.ts'
import type { Session } from '../../../store/sign-in/sessions.ts'
import { InvitationLinkPage, InvitationsPage } from './page.tsx'

/** GET /admin/invitations. Where sign-up is off the page does not exist. */
export async function get(c: Context<'admin'>): Promise<Response> {
  if (c.var.config.signUp === 'off') return answerNotFound(c)
  const session = await requireSession(c)
  return session instanceof Response
    ? session
    : show(c, session, { typed: keptField(c, session, 'email') ?? '' })
}

/** POST /admin/invitations: email. */
export async function post(c: Context<'admin'>): Promise<Response> {
  if (c.var.config.signUp === 'off') return answerNotFound(c)
  const received = await receiveForm(c, ['email'])
  if (received instanceof Response) return received
  const { session, pairs, attempt } = received
  const typed = (pairs.get('email') ?? '').slice(0, 300)
  if (attempt === undefined) return show(c, session, { typed, problem: staleForm(c) })
  const email = checkEmail(typed)
  if ('problem' in email) return show(c, session, { typed, problem: say(c, email.problem) })
  if (email.value === undefined)
    return show(c, session, { typed, problem: siteFor(c, session).texts.admin.invitations.noAddress })
  return invite(c, session, attempt, email.value)
}

async function invite(
  c: Context<'admin'>,
  session: Session,
  attempt: Attempt,
  email: string,
): Promise<Response> {
  const { issuer, paths } = c.var
  const { id: invitedBy, username: inviter } = session.user
  // It is derived from the attempt: the form sent twice creates one, and both mails contain the same link.
  const secret = secretFrom('invitation', attempt.newSeed)
  const invitation = { id: attempt.id, hash: hashSecret(secret), email, wasMailed: canMail(c) }
  const invited = await inviteToSignUp(doingOf(c, { session, attempt }), invitation)
  if (invited === 'enough')
    return show(c, session, { typed: email, problem: siteFor(c, session).texts.admin.invitations.enough })
  if (invited === 'refused') return showNothing(c, session)
  const url = issuer + pathWith(paths.signUp, { invitation: secret.plain })
  if (!canMail(c)) {
    return showPage(c, <InvitationLinkPage site={siteFor(c, session)} email={email} url={url} />)
  }
  // Nothing is known about the reader, who probably shares a language with the inviter.
  const reader = { userId: invitedBy, language: c.var.language, about: attempt.id }
  sendMail(c, email, { name: 'invitation', inviter, url }, reader)
  return c.redirect(pathWith(paths.adminInvitations, { sent: '' }), 303)
}

async function show(
  c: Context<'admin'>,
  session: Session,
  { typed = '', problem }: { readonly typed?: string; readonly problem?: string } = {},
): Promise<Response> {
  const { DB } = c.env
  const { asked, chosen } = readList(c, ['created'])
  const { open } = await read(DB, { open: listInvitations(DB, chosen, c.var.now) })
  const sent = c.req.query('sent') !== undefined
  const withdrawn = c.req.query('withdrawn') !== undefined
  const page = (
    <InvitationsPage
      site={siteFor(c, session)}
      place={placeOn(c.var.paths.adminInvitations, asked, open, chosen.sort)}
      invitations={open.items}
      attempt={makeAttempt()}
      canMail={canMail(c)}
      done={problem !== undefined ? undefined : sent ? 'sent' : withdrawn ? 'withdrawn' : undefined}
      typed={typed}
      problems={problem === undefined ? [] : [{ field: 'email', text: problem }]}
    />
  )
  return showPage(c, page, problem === undefined ? 200 : 400)
}
