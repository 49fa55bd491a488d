import type { Context } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { rememberBrowser } from '../../../http/sign-in/known-browser.ts'
import { outdatedText } from '../../../http/sign-in/outdated-form.ts'
import { readBrowserLink } from '../../../secrets/known-browser.ts'
import { read } from '../../../store/database.ts'
import { findAccount } from '../../../store/people/users.ts'
import { DeadBrowserLinkPage, KnownBrowserPage } from './page.tsx'

/** GET /login/browser?token=… The link in the notice of a lock. */
export function get(c: Context<'start'>): Promise<Response> {
  return ask(c, c.req.query('token') ?? '')
}

/** POST /login/browser: token. From now on this browser has attempts of its own. It signs nobody in. */
export async function post(c: Context<'start'>): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const token = pairs.get('token') ?? ''
  if (!isOwnForm(c, pairs)) return ask(c, token, outdatedText(c))
  const found = await follow(c, token)
  if (found === undefined) return deadLink(c)
  rememberBrowser(c, found.account, found.id)
  return c.redirect(c.var.paths.login, 303)
}

async function follow(c: Context, token: string) {
  const link = readBrowserLink(c.var.config.keyRing, token, c.var.now)
  if (link === undefined) return undefined
  const { account } = await read(c.env.DB, { account: findAccount(c.env.DB, link.userId) })
  return account !== undefined && link.isGood(account) ? { account, id: link.id } : undefined
}

async function ask(c: Context<'start'>, token: string, problem?: string): Promise<Response> {
  const found = await follow(c, token)
  if (found === undefined) return deadLink(c)
  const { username } = found.account
  return showPage(
    c,
    <KnownBrowserPage site={siteFor(c, undefined)} token={token} username={username} problem={problem} />,
    problem === undefined ? 200 : 403,
  )
}

function deadLink(c: Context<'start'>): Response | Promise<Response> {
  return showPage(c, <DeadBrowserLinkPage site={siteFor(c, undefined)} />, 404)
}
