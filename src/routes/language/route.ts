import type { Context } from '../../http/context.ts'
import { isSpoken, rememberLanguage } from '../../http/language.ts'
import { inBackground } from '../../http/log.ts'
import { currentSession, presentedSession } from '../../http/sign-in/session.ts'
import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import { hashSecret } from '../../secrets/secret.ts'
import { write } from '../../store/database.ts'
import { keepLanguage } from '../../store/people/languages.ts'
import type { Language } from '../../values/language.ts'

/** GET /language?to=…&next=…: remembered in this browser and with the account, then redirects back. */
export function get(c: Context): Response {
  const language = c.req.query('to')
  if (isSpoken(c, language)) {
    rememberLanguage(c, language)
    inBackground(c, 'keep_language', keepWithAccount(c, language))
  }
  return c.redirect(parseNextPath(c.req.query('next')) ?? c.var.paths.home, 303)
}

/** Future mails to the person use it. A link on another site changes no account. */
async function keepWithAccount(c: Context, language: Language): Promise<void> {
  const site = c.req.header('sec-fetch-site')
  const presented = presentedSession(c)
  if (presented === undefined || site === 'cross-site' || site === 'same-site') return
  const session = await currentSession(c)
  if (session === undefined) return
  const { DB } = c.env
  const choice = { language, chosenAt: c.var.now }
  await write(DB, [keepLanguage(DB, session.user.id, hashSecret(presented), choice)], {})
}
