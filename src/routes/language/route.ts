import type { Context } from '../../http/context.ts'
import { isSpoken, rememberLanguage } from '../../http/language.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'

/** GET /language?to=…&next=…: remembered in this browser, and back to where the person was. */
export function get(c: Context): Response {
  const language = c.req.query('to')
  if (isSpoken(c, language)) rememberLanguage(c, language)
  return c.redirect(parseNextPath(c.req.query('next')) ?? c.var.paths.home, 303)
}
