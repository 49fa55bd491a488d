import type { Config } from '../../config.ts'
import { may, type Permission } from '../../rules/people/role.ts'
import { hasFactor, hasTwoFactors, isProven, needsTwoFactors } from '../../rules/sign-in/step-up.ts'
import { hashSecret } from '../../secrets/secret.ts'
import { countOwnEvents } from '../../store/audit-events.ts'
import { type Answers, combined, type Queries, read } from '../../store/database.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Binding } from '../../store/sign-in/trusted-factors.ts'
import type { SecretHash } from '../../values/secret.ts'
import { type Context, pathWith } from '../context.ts'
import { keepFields } from '../kept-fields.ts'
import { type ReceivedForm, readForm } from '../own-form.ts'
import { refusePage } from '../pages.tsx'
import { currentSession, noteUse, presentedSession, sessionQuery } from './session.ts'

/**
 * The session of a page that is for people who are signed in, or the way to sign in and come back:
 * `const session = await requireSession(c); if (session instanceof Response) return session`
 */
export async function requireSession(c: Context): Promise<Session | Response> {
  const most = mostChanges(c)
  const { session, changes } = await sessionAndChanges(c, most)
  if (session === undefined) return goSignIn(c)
  if (changes >= most && !may(session.user.role, 'administer')) return tooMany(c, session)
  return withFactors(c, session)
}

/** Each change is noted: so that nobody fills the log, one person changes only so much in a day. A page changes nothing. */
async function sessionAndChanges(c: Context, most: number) {
  const presented = presentedSession(c)
  if (c.req.method !== 'POST' || presented === undefined)
    return { session: await currentSession(c), changes: 0 }
  const { DB } = c.env
  const viewer = { session: hashSecret(presented) }
  const found = await read(DB, {
    session: sessionQuery(c, viewer.session),
    changes: countOwnEvents(DB, viewer, most, c.var.now),
  })
  noteUse(c, found.session)
  return found
}

/** What ends access, and another password, have as much again: somebody else at the account must not use that up by the rest. */
function mostChanges(c: Context): number {
  const { config, paths, route = '' } = c.var
  const { accountSessions, accountPassword, accountApplications } = paths
  const protects =
    route === accountSessions || route === accountPassword || route.startsWith(`${accountApplications}/`)
  return config.quotas.changes * (protects ? 2 : 1)
}

async function tooMany(c: Context, session: Session): Promise<Response> {
  const { tooMuch, tooMuchAdvice } = c.var.messages.failure
  const response = await refusePage(c, session, 429, tooMuch, tooMuchAdvice)
  response.headers.set('Retry-After', '3600')
  return response
}

/**
 * Where the setting SECOND_FACTOR wants two factors: whoever has a second one signs in with it; whoever has none sets one up,
 * and until then sees nothing but the pages for that.
 */
function withFactors(c: Context, session: Session): Session | Response {
  const { config, paths, route } = c.var
  if (!mustShowFactor(config.secondFactor, session) || hasTwoFactors(session.amr)) return session
  const { pathname, search } = new URL(c.req.url)
  const next = pathname + search
  if (hasFactor(session)) return c.redirect(pathWith(paths.login, { next, again: 'factor' }), 303)
  const setUp: readonly (string | undefined)[] = [
    paths.secondFactor,
    paths.setUpAuthenticator,
    paths.newPasskey,
  ]
  return setUp.includes(route) ? session : c.redirect(pathWith(paths.secondFactor, { next }), 303)
}

/** After a reset, mail alone does not open the administration to somebody who has a factor, either. */
function mustShowFactor(rule: Config['secondFactor'], session: Session): boolean {
  const { user, awaitsReview } = session
  if (needsTwoFactors(rule, user.role)) return true
  return awaitsReview && may(user.role, 'see') && hasFactor(session)
}

function goSignIn(c: Context): Response {
  const { pathname, search } = new URL(c.req.url)
  return c.redirect(pathWith(c.var.paths.login, { next: pathname + search }), 303)
}

/**
 * The same for what only the person themself may do, whoever sits at their browser: secrets, deletions, factors. When the
 * sign-in is too old, or took less than they have, they sign in again and come back, so a form asks for this where it is shown
 * and where it is sent.
 */
export async function requireRecentSession(c: Context): Promise<Session | Response> {
  return stepUp(c, await requireSession(c))
}

/** Whoever is signed in, if that is enough; otherwise the way to sign in once more. */
export function stepUp(
  c: Context,
  session: Session | Response,
  kept?: Record<string, string>,
): Session | Response {
  if (session instanceof Response || isProven(session, c.var.now)) return session
  const { pathname, search } = new URL(c.req.url)
  const next = kept === undefined ? pathname + search : pathWith(pathname, kept)
  return c.redirect(pathWith(c.var.paths.login, { next, again: '' }), 303)
}

/** What a factor that is set up in this session rests on. */
export function bindingIn(c: Context, session: Session): Binding {
  return { isStrong: hasTwoFactors(session.amr), delay: c.var.config.lifetimes.recoveryDelay }
}

/**
 * A form like that. What was typed in the fields `kept`, which may depend on what was sent, is filled in again when they come
 * back: they are never secrets.
 */
export async function readProvenForm(
  c: Context,
  kept: readonly string[] | ((sent: URLSearchParams) => readonly string[]) = [],
  permission?: Permission,
): Promise<(ReceivedForm & { readonly session: Session }) | Response> {
  const session = await (permission === undefined ? requireSession(c) : requirePermission(c, permission))
  if (session instanceof Response) return session
  const received = await readForm(c, session)
  if (received instanceof Response) return received
  const names = typeof kept === 'function' ? kept(received.pairs) : kept
  // A form of somebody else, which a sibling subdomain can send with the session, is not signed as typed by this person.
  const fields = received.attempt && keepFields(c, session, received.pairs, names)
  const proven = stepUp(c, session, fields)
  return proven instanceof Response ? proven : { session, ...received }
}

/** The same with what the page shows of the person, all in one round trip. The queries are about whoever the session is of. */
export async function readForViewer<Q extends Queries>(
  c: Context,
  ask: (db: D1Database, viewer: { readonly session: SecretHash<'session'> }) => Q,
): Promise<{ readonly session: Session; readonly found: Answers<Q> } | Response> {
  const presented = presentedSession(c)
  if (presented === undefined) return goSignIn(c)
  const { DB } = c.env
  const viewer = { session: hashSecret(presented) }
  const queries = { session: sessionQuery(c, viewer.session), found: combined(ask(DB, viewer), (all) => all) }
  const { session, found } = await read(DB, queries)
  if (session === undefined) return goSignIn(c)
  noteUse(c, session)
  const enough = withFactors(c, session)
  return enough instanceof Response ? enough : { session, found }
}

/** The same as `requireSession` for those whose role has the permission. For everybody else who is signed in, nothing is here. */
export async function requirePermission(c: Context, permission: Permission): Promise<Session | Response> {
  const session = await requireSession(c)
  return session instanceof Response || may(session.user.role, permission) ? session : showNothing(c, session)
}

/** For what changes something. */
export function requireAdministrator(c: Context): Promise<Session | Response> {
  return requirePermission(c, 'administer')
}

/** For what does so to people, applications or keys. */
export async function requireRecentAdministrator(c: Context): Promise<Session | Response> {
  return stepUp(c, await requireAdministrator(c))
}

/** For what only reads. */
export function requireStaff(c: Context): Promise<Session | Response> {
  return requirePermission(c, 'see')
}

/** One answer for what does not exist and for what is somebody else's. */
export function showNothing(c: Context, session: Session): Response | Promise<Response> {
  const { failure } = c.var.messages
  return refusePage(c, session, 404, failure.nothingHere, failure.nothingHereAdvice)
}
