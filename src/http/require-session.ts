import type { Session } from '../store/sessions.ts'
import { type Context, pathWith } from './context.ts'
import { messagesFor, refusePage } from './pages.tsx'
import { currentSession } from './session.ts'

/**
 * The session of a page that is for people who are signed in, or the way to sign in and come back:
 * `const session = await requireSession(c); if (session instanceof Response) return session`
 */
export async function requireSession(c: Context): Promise<Session | Response> {
  const session = await currentSession(c)
  if (session !== undefined) return session
  const { pathname, search } = new URL(c.req.url)
  return c.redirect(pathWith(c.var.paths.login, { next: pathname + search }), 303)
}

/** For what can do great harm, a sign-in must not be older, in seconds. */
const recent = 600

/**
 * The same for what only the person themself may do, whoever sits at their browser: secrets, deletions, factors. When the
 * sign-in is too old, they sign in again and come back, so a form asks for this where it is shown and where it is sent.
 */
export async function requireRecentSession(c: Context): Promise<Session | Response> {
  const session = await requireSession(c)
  if (session instanceof Response || c.var.now - session.authenticatedAt <= recent) return session
  const { pathname, search } = new URL(c.req.url)
  return c.redirect(pathWith(c.var.paths.login, { next: pathname + search, again: '' }), 303)
}

/** The same as `requireSession` for administrators. For everybody else who is signed in, nothing is here. */
export async function requireAdministrator(c: Context): Promise<Session | Response> {
  const session = await requireSession(c)
  if (session instanceof Response || session.user.role === 'administrator') return session
  return showNothing(c, session)
}

/** One answer for what does not exist and for what is somebody else's. */
export function showNothing(c: Context, session: Session): Response | Promise<Response> {
  const { failure } = messagesFor(c)
  return refusePage(c, session, 404, failure.nothingHere, failure.nothingHereAdvice)
}
