import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'
import { whyNotOwn } from '../form-token.ts'
import { currentSession } from './session.ts'

/** The notice above a form that is shown again because it does not match the browser's current state: the cause. */
export function outdatedText(c: Context): string {
  const { common } = c.var.messages
  return { foreign: common.foreignForm, cookies: common.noCookies, outdated: common.outdated }[whyNotOwn(c)]
}

/**
 * Handles an outdated form during sign-in. If somebody has signed in in another tab meanwhile, they continue to this tab's
 * destination: that page decides whether the sign-in is sufficient. Otherwise returns the session, for the page that shows the
 * form again.
 */
export async function leaveOutdated(
  c: Context,
  next: string,
  asksAgain = false,
): Promise<Response | Session | undefined> {
  const session = await currentSession(c)
  if (session === undefined || asksAgain) return session
  return c.redirect(parseNextPath(next) ?? c.var.paths.home, 303)
}
