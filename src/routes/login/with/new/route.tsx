import { signUpAt } from '../../../../acts/people/sign-up-at.ts'
import type { Context } from '../../../../http/context.ts'
import { readPageForm } from '../../../../http/form-body.ts'
import { isOwnForm } from '../../../../http/form-token.ts'
import { type NewcomerFacts, newcomerQuery } from '../../../../http/openid/newcomer.ts'
import { findAttempt, forgetAttempt } from '../../../../http/openid/provider-attempts.ts'
import { showFailed, showOff, showOwned } from '../../../../http/openid/provider-failed.ts'
import { showPage, siteFor } from '../../../../http/pages.tsx'
import { makeEmailLink } from '../../../../http/people/email-link.ts'
import { claimMailAttempt } from '../../../../http/people/mail-try.ts'
import { canMail } from '../../../../http/people/mailer.ts'
import { signUpBudgets } from '../../../../http/people/sign-up-budgets.ts'
import { sayAll } from '../../../../http/problems.ts'
import { elsewhereText, enforcedFor } from '../../../../http/sign-in/elsewhere.ts'
import { outdatedText } from '../../../../http/sign-in/outdated-form.ts'
import { waitNotice } from '../../../../http/sign-in/password-try.ts'
import { signIn } from '../../../../http/sign-in/sign-in.ts'
import { suggestUsername } from '../../../../rules/openid/provider-mapping.ts'
import { maySignUp } from '../../../../rules/openid/provider-sign-up.ts'
import { checkEmail, checkUsername } from '../../../../rules/people/person.ts'
import type { Connection } from '../../../../rules/sign-in/connection.ts'
import { parseNextPath } from '../../../../rules/sign-in/next-path.ts'
import {
  type Arrived,
  isArrivalAt,
  type ProviderAttempt,
} from '../../../../rules/sign-in/provider-attempt.ts'
import { labelOf } from '../../../../rules/sign-in/provider-claims.ts'
import { attemptFrom } from '../../../../secrets/form-key.ts'
import { randomText } from '../../../../secrets/secret.ts'
import { read } from '../../../../store/database.ts'
import { isNameTaken, isTaken } from '../../../../store/people/sign-ups.ts'
import { findProvenOwner } from '../../../../store/people/users.ts'
import { findConnection } from '../../../../store/sign-in/connections.ts'
import type { Problem } from '../../../../ui/forms/fields.tsx'
import type { FieldProblem, PersonProblem } from '../../../../values/problem.ts'
import { NewAtPage } from './page.tsx'

/** A person whom a provider named just now, in this browser, and who may create an account. */
interface Arrival {
  readonly attempt: ProviderAttempt
  readonly arrived: Arrived
  readonly connection: Connection
  readonly newcomer: NewcomerFacts
}

interface Typed {
  readonly username: string
  readonly email: string
}

/** GET /login/with/{connection}/new?arrival=…: what came back, and the name for the account. */
export async function get(c: Context): Promise<Response> {
  const arrival = await findArrival(c, c.req.query('arrival') ?? '')
  if (arrival instanceof Response) return arrival
  const { provided } = arrival.arrived
  const username = await freeName(c, suggestUsername(provided))
  return show(c, arrival, { username, email: provided.email ?? '' }, [], 200)
}

/** POST /login/with/{connection}/new: arrival, username, email. It creates one account, however often it is sent. */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const arrival = await findArrival(c, pairs.get('arrival') ?? '')
  if (arrival instanceof Response) return arrival
  const { confirmed } = arrival.newcomer
  const typed = {
    username: (pairs.get('username') ?? '').slice(0, 256),
    email: confirmed ?? (pairs.get('email') ?? '').slice(0, 300),
  }
  if (!isOwnForm(c, pairs))
    return show(c, arrival, typed, [{ field: 'username', text: outdatedText(c) }], 403)
  const username = checkUsername(typed.username)
  const email = checkEmail(typed.email)
  const problems: FieldProblem<PersonProblem>[] = []
  if ('problem' in username) problems.push({ field: 'username', problem: username.problem })
  if ('problem' in email) problems.push({ field: 'email', problem: email.problem })
  else if (email.value === undefined) problems.push({ field: 'email', problem: { code: 'emailMissing' } })
  if ('problem' in username || 'problem' in email || email.value === undefined)
    return show(c, arrival, typed, sayAll(c, problems), 400)
  return create(c, arrival, { username: username.value, email: email.value })
}

async function create(c: Context, arrival: Arrival, { username, email }: Typed): Promise<Response> {
  const { attempt, arrived, connection, newcomer } = arrival
  const { DB } = c.env
  const { now, reference, paths } = c.var
  const { id } = attempt
  const { invitation, confirmed, next } = newcomer
  const elsewhere = await enforcedFor(c, email)
  if (elsewhere !== undefined && elsewhere.id !== connection.id) {
    const problems = [{ field: 'email', text: elsewhereText(c, elsewhere) }]
    return show(c, arrival, { username, email }, problems, 400)
  }
  // An administrator lets these people in: they are not counted.
  const isLetIn = invitation !== undefined || connection.settings.signUp === 'domains'
  const budgets = isLetIn ? [] : signUpBudgets(c)
  const attempted = (...typed: readonly string[]) =>
    attemptFrom(c.var.config.keyEncryptionSecret, [id, ...typed])
  const mailing = await claimMailAttempt(
    c,
    { id: attempted(username, email).id, typed: email, ifTaken: isTaken(username, id) },
    { owner: findProvenOwner(DB, email) },
  )
  const typed = { username, email }
  const again = (text: string, status: 400 | 429) =>
    show(c, arrival, typed, [{ field: 'username', text }], status)
  const wait = waitNotice(c, mailing.lockedUntil)
  if (wait !== undefined) return again(wait, 429)
  const { owner } = mailing.found
  const link = makeEmailLink(c, {
    userId: id,
    username,
    email,
    why: 'signed_up',
    owner,
    attempt: attempted(email),
  })
  const mails = canMail(c) && confirmed === undefined
  const signingUp = { ...arrived, id, connection, username, email, invitation, budgets }
  const { made, mine, taken, fullUntil } = await signUpAt(
    { db: DB, reference, now },
    { ...signingUp, after: mails ? link.writes : [] },
  )
  const { signUp: t } = c.var.messages
  if (made === undefined) {
    if (taken) return again(t.taken, 400)
    if (fullUntil !== undefined) return again(t.full, 429)
    return showFailed(c, 'used', { connection, purpose: 'sign-in', next })
  }
  // The form sent twice is signed in twice; long after, it is not a way to sign in.
  if (mine?.user.id !== id || made.createdAt < now - 60)
    return showFailed(c, 'used', { connection, purpose: 'sign-in', next })
  forgetAttempt(c, id)
  if (mails) link.send()
  const proof = { by: 'provider', at: arrived.at } as const
  await signIn(c, { userId: id, passwordHash: mine.passwordHash, proof }, [], {})
  return c.redirect(parseNextPath(next) ?? (mails ? `${paths.accountEmail}?sent=` : paths.home), 303)
}

/** Everything is decided again: meanwhile an administrator may have changed the rule, or somebody else confirmed the address. */
async function findArrival(c: Context, id: string): Promise<Arrival | Response> {
  const attempt = await findAttempt(c, id)
  const arrived = attempt?.arrived
  if (attempt === undefined || arrived === undefined || attempt.connectionId !== c.req.param('connection'))
    return showFailed(c, 'late', { connection: undefined, purpose: 'sign-in', next: '' })
  const { DB } = c.env
  const { next } = attempt
  const { connection } = await read(DB, { connection: findConnection(DB, attempt.connectionId) })
  if (connection === undefined || connection.suspendedAt !== undefined) return showOff(c, undefined, next)
  if (!isArrivalAt(arrived, connection))
    return showFailed(c, 'late', { connection, purpose: 'sign-in', next })
  const { newcomer } = await read(DB, { newcomer: newcomerQuery(c, connection, arrived, next) })
  const { confirmed, invitation, owner } = newcomer
  if (owner !== undefined && owner.id !== id) return showOwned(c, { connection, next })
  // The invitation may have been used by this very form.
  const isAllowed =
    owner?.id === id || maySignUp(connection.settings, { confirmed, isInvited: invitation !== undefined })
  return isAllowed
    ? { attempt, arrived, connection, newcomer }
    : showFailed(c, 'closed', { connection, purpose: 'sign-in', next })
}

/** The name, or a similar one that nobody has. */
async function freeName(c: Context, wished: string): Promise<string> {
  if ('problem' in checkUsername(wished)) return ''
  const { DB } = c.env
  const second = `${wished}${randomText(2)
    .replaceAll(/[^0-9a-z]/gi, '')
    .toLowerCase()}`
  const { first, other } = await read(DB, { first: isNameTaken(DB, wished), other: isNameTaken(DB, second) })
  if (!first) return wished
  return other || 'problem' in checkUsername(second) ? '' : second
}

function show(
  c: Context,
  { attempt, arrived, connection, newcomer }: Arrival,
  typed: Typed,
  problems: readonly Problem[],
  status: 200 | 400 | 403 | 429,
): Response | Promise<Response> {
  const { confirmed } = newcomer
  const page = (
    <NewAtPage
      site={siteFor(c, undefined)}
      connection={connection}
      label={labelOf(arrived.provided)}
      arrival={attempt.id}
      username={typed.username}
      email={confirmed ?? typed.email}
      isConfirmed={confirmed !== undefined}
      canMail={canMail(c)}
      problems={problems}
    />
  )
  return showPage(c, page, status)
}
