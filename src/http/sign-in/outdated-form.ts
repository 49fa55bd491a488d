import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import type { Session } from '../../store/sign-in/sessions.ts'
import type { Context } from '../context.ts'
import { whyNotOwn } from '../form-token.ts'
import { currentSession } from './session.ts'

/** What is said above a form that is shown once more because it does not belong to this browser as it is now: the cause. */
export function outdatedText(c: Context): string {
  const { common } = c.var.messages
  return { foreign: common.foreignForm, cookies: common.noCookies, outdated: common.outdated }[whyNotOwn(c)]
}

/**
 * What becomes of an outdated form on the way in. When somebody has signed in in another tab meanwhile, they go on to where this
 * one was on the way to: that page knows whether it is enough. Otherwise the session, for the page that shows the form again.
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
