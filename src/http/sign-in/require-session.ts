import type { Config } from '../../config.ts'
import { may } from '../../rules/people/role.ts'
import {
  hasFactor,
  hasTwoFactors,
  isProven,
  lacksProof,
  needsTwoFactors,
} from '../../rules/sign-in/step-up.ts'
import { hashSecret } from '../../secrets/secret.ts'
import { type Answers, combined, none, type Queries, read } from '../../store/database.ts'
import { countOwnEvents } from '../../store/people/own-events.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Binding } from '../../store/sign-in/trusted-factors.ts'
import type { SecretHash } from '../../values/secret.ts'
import { SizedMap } from '../../values/sized-map.ts'
import { type Context, hereOf, pathWith } from '../context.ts'
import { keepFields } from '../kept-fields.ts'
import { type ReceivedForm, readForm } from '../own-form.ts'
import { refusePage } from '../pages.tsx'
import { currentSession, noteUse, presentedSession, sessionQuery } from './session.ts'

/**
 * The session of a page, if its guard admits the visitor. Otherwise the answer to them: a redirect to sign-in and back, or that
 * the page does not exist: `const session = await requireSession(c); if (session instanceof Response) return session`
 */
export async function requireSession(c: Context): Promise<Session | Response> {
  const session = await findSession(c)
  return session instanceof Response ? session : freshEnough(c, session)
}

/** The same, however long ago the person signed in. */
async function findSession(c: Context): Promise<Session | Response> {
  const most = mostChanges(c)
  const { session, changes } = await sessionAndChanges(c, most)
  if (session === undefined) return goSignIn(c)
  if (changes >= most && !may(session.user.role, 'administer')) return tooMany(c, session)
  return permitted(c, session)
}

/** The visitor, if they have the factors and the permission that the page requires. */
async function permitted(c: Context, session: Session): Promise<Session | Response> {
  const enough = withFactors(c, session)
  if (enough instanceof Response) return enough
  return isPermitted(c, session.user) ? session : showNothing(c, session)
}

function isPermitted(c: Context, { role }: SeenUser): boolean {
  const { permission } = guardOf(c)
  return permission === undefined || may(role, permission)
}

/** The visitor, if the page needs no fresh proof or they have just given it. */
function freshEnough(c: Context, session: Session, kept?: Record<string, string>): Session | Response {
  const { proof } = guardOf(c)
  const isAsked = proof === 'always' || (proof === 'to change' && c.req.method === 'POST')
  return isAsked ? stepUp(c, session, kept) : session
}

function guardOf(c: Context) {
  const { guard, route } = c.var
  if (guard.for === 'anyone') throw new Error(`The table of routes lets anyone in at ${route}`)
  return guard
}

/**
 * Each change is recorded: so that nobody can fill the log, the changes of one person per day are limited. A page changes
 * nothing.
 */
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

/**
 * Ending access and changing the password have a second allowance: somebody else in the account must not use it up with other
 * changes.
 */
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
 * Where the setting SECOND_FACTOR requires two factors: a person with a second one signs in with it; a person without one sets
 * one up, and until then sees only the pages for that.
 */
function withFactors(c: Context, session: Session): Session | Response {
  const { config, paths, route } = c.var
  if (!mustShowFactor(config.secondFactor, session) || hasTwoFactors(session.amr)) return session
  const next = hereOf(c)
  if (hasFactor(session)) return c.redirect(pathWith(paths.login, { next, again: 'factor' }), 303)
  const setUp: readonly (string | undefined)[] = [
    paths.secondFactor,
    paths.setUpAuthenticator,
    paths.newPasskey,
  ]
  return setUp.includes(route) ? session : c.redirect(pathWith(paths.secondFactor, { next }), 303)
}

/** After a reset, mail alone does not give access to the administration to a person who has a factor, either. */
function mustShowFactor(rule: Config['secondFactor'], session: Session): boolean {
  const { user, awaitsReview } = session
  if (needsTwoFactors(rule, user.role)) return true
  return awaitsReview && may(user.role, 'see') && hasFactor(session)
}

function goSignIn(c: Context): Response {
  return c.redirect(pathWith(c.var.paths.login, { next: hereOf(c) }), 303)
}

/** The signed-in person, if the sign-in is sufficient; otherwise a redirect to sign in again. */
export function stepUp(c: Context, session: Session, kept?: Record<string, string>): Session | Response {
  const { now, paths, route } = c.var
  if (isProven(session, now)) return session
  const next = kept === undefined ? hereOf(c) : pathWith(new URL(c.req.url).pathname, kept)
  if (!lacksProof(session, now)) return stepUpTo(c, session, next)
  // A passkey is their first proof, so adding it can't require one.
  return route === paths.newPasskey ? session : c.redirect(pathWith(paths.newPasskey, { next }), 303)
}

/** To sign in, or to sign in again, and then to `next`. */
export function stepUpTo(c: Context, session: Session | undefined, next: string): Response {
  return c.redirect(pathWith(c.var.paths.login, { next, again: session && '' }), 303)
}

/** The proof behind a factor that is set up in this session. */
export function bindingIn(c: Context, session: Session): Binding {
  return { isStrong: hasTwoFactors(session.amr), delay: c.var.config.lifetimes.recoveryDelay }
}

/** A form sent by a person whom the guard of the page admitted. */
export interface SentForm extends ReceivedForm {
  readonly session: Session
}

/**
 * The form of a page, from a person whom its guard admits. If they have to sign in again first, the fields `kept` are filled in
 * again when they return: never secrets. Which fields these are may depend on the input.
 */
export async function receiveForm(
  c: Context,
  kept: readonly string[] | ((sent: URLSearchParams) => readonly string[]) = [],
): Promise<SentForm | Response> {
  const session = await findSession(c)
  if (session instanceof Response) return session
  const received = await readForm(c, session)
  if (received instanceof Response) return received
  const names = typeof kept === 'function' ? kept(received.pairs) : kept
  // A form of another person, which a sibling subdomain can send with the session, is not signed as this person's input.
  const fields = received.attempt && keepFields(c, session, received.pairs, names)
  const proven = freshEnough(c, session, fields)
  return proven instanceof Response ? proven : { session, ...received }
}

/**
 * The same with the data of the person that the page shows, all in one round trip. The queries run for the owner of the
 * session.
 */
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
  const admitted = await admit(c, session)
  return admitted instanceof Response ? admitted : { session: admitted, found }
}

/**
 * The same with queries that depend on the person's id or role. They are in the round trip of the session where this isolate
 * has seen it before: if it has ended, or the role has changed, what they found is dropped.
 */
export async function readForUser<Q extends Queries>(
  c: Context,
  ask: (user: SeenUser) => Q,
): Promise<{ readonly session: Session; readonly found: Answers<Q> } | Response> {
  const presented = presentedSession(c)
  if (presented === undefined) return goSignIn(c)
  const { DB } = c.env
  const id = hashSecret(presented)
  const seen = seenUsers.get(id.sha256)
  const asked = seen !== undefined && isPermitted(c, seen) ? combined(ask(seen), (all) => all) : none
  const { session, found } = await read(DB, { session: sessionQuery(c, id), found: asked })
  const admitted = await admit(c, session)
  if (admitted instanceof Response) {
    seenUsers.delete(id.sha256)
    return admitted
  }
  const { user } = admitted
  if (found !== undefined && user.role === seen?.role) return { session: admitted, found }
  seenUsers.set(id.sha256, { id: user.id, role: user.role }, 1)
  return { session: admitted, found: await read(DB, ask(user)) }
}

type SeenUser = Pick<Session['user'], 'id' | 'role'>

/** By the hash of the session, which always belongs to one person. */
const seenUsers = new SizedMap<SeenUser>(1000)

async function admit(c: Context, session: Session | undefined): Promise<Session | Response> {
  if (session === undefined) return goSignIn(c)
  noteUse(c, session)
  const allowed = await permitted(c, session)
  return allowed instanceof Response ? allowed : freshEnough(c, session)
}

/** One answer for a thing that does not exist and for a thing of another person. */
export function showNothing(c: Context, session: Session): Response | Promise<Response> {
  const { failure } = c.var.messages
  return refusePage(c, session, 404, failure.nothingHere, failure.nothingHereAdvice)
}
