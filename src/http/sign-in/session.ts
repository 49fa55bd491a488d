import type { KnownTo } from '../../secrets/known-browser.ts'
import { hashSecret, makeSecret, randomText, readSecret } from '../../secrets/secret.ts'
import { type Query, read, type Write, write } from '../../store/database.ts'
import { keepLanguage } from '../../store/people/languages.ts'
import { noteAccountUse, unusedFor } from '../../store/people/unused-sign-ups.ts'
import {
  endOldestSessions,
  endSession,
  findSession,
  insertSession,
  type Session,
  touchSession,
} from '../../store/sign-in/sessions.ts'
import type { Secret, SecretHash } from '../../values/secret.ts'
import { type Context, learn } from '../context.ts'
import { languageChoice } from '../language.ts'
import { inBackground } from '../log.ts'
import { dropCookie, keepCookie, readCookie } from './cookies.ts'
import { rememberBrowser } from './known-browser.ts'

/** What the browser says its session is. Whether it lives is for D1 to say. */
export function presentedSession(c: Context): Secret<'session'> | undefined {
  const value = readCookie(c, 'session')
  return value === undefined ? undefined : readSecret('session', value)
}

/** What the browser calls itself, as far as it is kept. */
export function presentedUserAgent(c: Context): string | undefined {
  return c.req.header('user-agent')?.slice(0, 300)
}

export function sessionQuery(c: Context, id: SecretHash<'session'>): Query<Session | undefined> {
  return findSession(c.env.DB, id, c.var.config.lifetimes, c.var.now)
}

/** The live session of this request, in one read. */
export async function currentSession(c: Context): Promise<Session | undefined> {
  const presented = presentedSession(c)
  if (presented === undefined) return undefined
  const { session } = await read(c.env.DB, { session: sessionQuery(c, hashSecret(presented)) })
  noteUse(c, session)
  return session
}

/** Keeps an idle session from expiring. One write in five minutes at most, and nobody waits for it. */
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

/**
 * A new session id at every sign-in (OWASP ASVS 5 §7.2.4). The one before ends, and from now on the account knows this browser. The
 * cookies are for the browser, the writes for the caller's batch. Nobody is signed in when the password is another one by then.
 */
export function startSession(
  c: Context,
  account: KnownTo,
  amr: readonly string[],
  passkeyId?: string,
): readonly Write[] {
  const { userId, passwordHash } = account
  const id = makeSecret('session')
  const { config, now, issuer } = c.var
  const presented = presentedSession(c)
  const earlier = presented && hashSecret(presented)
  setSessionCookie(c, id)
  rememberBrowser(c, account)
  const userAgent = presentedUserAgent(c)
  const session = {
    id: hashSecret(id),
    userId,
    amr,
    sid: randomText(16),
    earlier,
    userAgent,
    passwordHash,
    passkeyId,
  }
  return [
    insertSession(c.env.DB, session, config.lifetimes, now),
    noteAccountUse(c.env.DB, userId, now),
    ...(earlier === undefined ? [] : endSession(c.env.DB, earlier, issuer, now, userId)),
    ...endOldestSessions(c.env.DB, userId, session.id, config.quotas.sessions, issuer, now),
    keepLanguage(c.env.DB, userId, session.id, languageChoice(c)),
  ]
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
  // One an answer, however often it asks.
  if (c.var.visit !== undefined) return c.var.visit
  const made = makeSecret('session').plain
  learn(c, { visit: made })
  keepCookie(c, 'visit', made)
  return made
}

export function presentedVisit(c: Context): string | undefined {
  return readCookie(c, 'visit')
}
