import { answerWaitingClient } from '../../../../acts/clients/answer-approval.ts'
import { clientIdOf } from '../../../../http/clients/managed.ts'
import { type Context, pathWith } from '../../../../http/context.ts'
import { staleForm } from '../../../../http/own-form.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { tell } from '../../../../http/people/mailer.ts'
import { asking, doingOf, type OwnForm, type Shown } from '../../../../http/sign-in/asking.ts'
import { showNothing } from '../../../../http/sign-in/require-session.ts'
import { may } from '../../../../rules/people/role.ts'
import { makeAttempt } from '../../../../secrets/form-key.ts'
import { findClient, findOwnedClient, type OwnedClient } from '../../../../store/clients/clients.ts'
import { read } from '../../../../store/database.ts'
import { findUser } from '../../../../store/people/users.ts'
import type { Session } from '../../../../store/sign-in/sessions.ts'
import { ApprovalPage } from './page.tsx'

/**
 * /admin/applications/{id}/approval shows the registration of a client. POST takes `decision`, and `seen_at` of the version
 * that was shown.
 */
export const { get, post } = asking({ ask, act })

async function ask(
  c: Context<'admin' | 'applications'>,
  session: Session,
  { problem }: Shown,
): Promise<Response> {
  const { client } = await read(c.env.DB, { client: findClient(c.env.DB, clientIdOf(c)) })
  if (client?.approval === undefined) return showNothing(c, session)
  const page = (
    <ApprovalPage site={siteFor(c, session)} client={client} attempt={makeAttempt()} problem={problem} />
  )
  return showPage(c, page, problem === undefined ? 200 : 409)
}

async function act(c: Context<'admin' | 'applications'>, form: OwnForm): Promise<Response> {
  const { session, pairs } = form
  const decision = pairs.get('decision')
  const seenAt = Number(pairs.get('seen_at') ?? '')
  const isAnswer = decision === 'approve' || decision === 'refuse'
  if (!isAnswer || !Number.isSafeInteger(seenAt)) return ask(c, session, { problem: staleForm(c) })
  const clientId = clientIdOf(c)
  const answer = { clientId, approved: decision === 'approve', seenAt }
  const isNoted = await answerWaitingClient(doingOf(c, form), answer)
  // A form that is sent again changes nothing: the client may have changed since, or somebody may have decided otherwise.
  const { owned } = await read(c.env.DB, { owned: findOwnedClient(c.env.DB, clientId) })
  if (!isNoted || owned === undefined || owned.client.approval === 'waiting')
    return ask(c, session, { problem: siteFor(c, session).texts.admin.approval.changed })
  await tellOwner(c, session, owned, form.attempt.id)
  const answered = owned.client.approval === 'refused' ? 'refuse' : 'approve'
  return c.redirect(pathWith(c.var.paths.adminApplications, { approval: 'waiting', answered }), 303)
}

/**
 * Tells the developer whom an administrator made the owner, at their verified address. Nobody else is known: an address in the
 * metadata of an application is not verified, and administrators see the queue.
 */
async function tellOwner(
  c: Context,
  session: Session,
  { client, ownerEmail }: OwnedClient,
  event: string,
): Promise<void> {
  if (ownerEmail === undefined || client.ownerId === session.user.id) return
  const { owner } = await read(c.env.DB, { owner: findUser(c.env.DB, client.ownerId) })
  if (owner === undefined || may(owner.role, 'administer')) return
  const name = client.approval === 'refused' ? 'applicationRefused' : 'applicationApproved'
  const url = c.var.issuer + c.var.paths.application(client.id)
  const letter = { name, username: owner.username, application: client.name, url } as const
  tell(c, { id: owner.id, email: ownerEmail }, letter, { about: event })
}
