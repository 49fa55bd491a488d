import { hashSecret, makeSecret, readSecret } from '../../secrets/secret.ts'
import { none, type Query, read, write } from '../../store/database.ts'
import { noteAccountUse, unusedFor } from '../../store/people/unused-sign-ups.ts'
import { listButtons } from '../../store/sign-in/connections.ts'
import { hasRealms } from '../../store/sign-in/realms.ts'
import { findSession, type Session, touchSession } from '../../store/sign-in/sessions.ts'
import type { Secret, SecretHash } from '../../values/secret.ts'
import { type Context, learn } from '../context.ts'
import { inBackground } from '../log.ts'
import { dropCookie, keepCookie, readCookie } from './cookies.ts'

/** The session secret that the browser sends. D1 decides whether it is valid. */
export function presentedSession(c: Context): Secret<'session'> | undefined {
  const value = readCookie(c, 'session')
  return value === undefined ? undefined : readSecret('session', value)
}

export function sessionQuery(c: Context, id: SecretHash<'session'>): Query<Session | undefined> {
  return findSession(c.env.DB, id, c.var.config.lifetimes, c.var.now)
}

/** The session of this request, for a batch that reads more. Nothing is asked for a visitor without one. */
export function visitorQuery(c: Context): Query<Session | undefined> {
  const presented = presentedSession(c)
  return presented === undefined ? none : sessionQuery(c, hashSecret(presented))
}

/** The valid session of this request, in one read. */
export async function currentSession(c: Context): Promise<Session | undefined> {
  const presented = presentedSession(c)
  if (presented === undefined) return undefined
  const { session } = await read(c.env.DB, { session: sessionQuery(c, hashSecret(presented)) })
  noteUse(c, session)
  return session
}

/** The same with the buttons of the sign-in page, in one round trip. */
export async function sessionAndButtons(c: Context) {
  const { DB } = c.env
  const { session, connections, hasWork } = await read(DB, {
    session: visitorQuery(c),
    connections: listButtons(DB),
    hasWork: hasRealms(DB),
  })
  noteUse(c, session)
  const lastUsed = readCookie(c, 'last-provider')
  return { session, connections, hasWork, lastUsed }
}

/** Keeps an idle session from expiring. At most one write in five minutes, in the background. */
export function noteUse(c: Context, session: Session | undefined): void {
  const presented = presentedSession(c)
  if (session === undefined || presented === undefined || c.var.now - session.lastSeenAt < 300) return
  const { DB } = c.env
  const { now } = c.var
  const { id, createdAt } = session.user
  const isNew = createdAt > now - unusedFor
  const used = isNew ? [noteAccountUse(DB, id, now)] : []
  const touched = write(DB, [touchSession(DB, hashSecret(presented), now), ...used], {})
  inBackground(c, 'touch_session', touched)
}

export function setSessionCookie(c: Context, id: Secret<'session'>): void {
  keepCookie(c, 'session', id.plain, c.var.config.lifetimes.sessionAbsolute)
}

export function forgetSessionCookie(c: Context): void {
  dropCookie(c, 'session')
}

/** Before anybody is signed in, forms are bound to this cookie: a visit, which says nothing about the visitor. */
export function visit(c: Context): string {
  const known = readCookie(c, 'visit')
  if (known !== undefined && /^[A-Za-z0-9_-]{43}$/.test(known)) return known
  // One per answer, however often it is called.
  if (c.var.visit !== undefined) return c.var.visit
  const made = makeSecret('session').plain
  learn(c, { visit: made })
  keepCookie(c, 'visit', made)
  return made
}

export function presentedVisit(c: Context): string | undefined {
  return readCookie(c, 'visit')
}
