import { type Context, pathWith } from '../../../http/context.ts'
import { readPageForm } from '../../../http/form-body.ts'
import { isOwnForm } from '../../../http/form-token.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { realmQuery } from '../../../http/sign-in/elsewhere.ts'
import { outdatedText } from '../../../http/sign-in/outdated-form.ts'
import { parseNextPath } from '../../../rules/sign-in/next-path.ts'
import { read } from '../../../store/database.ts'
import { WorkPage } from './page.tsx'

/** GET /login/work?next=… */
export function get(c: Context): Response | Promise<Response> {
  return show(c, c.req.query('next') ?? '', '')
}

/**
 * POST /login/work: address, next. Leads to the provider of the domain (home realm discovery). Only the domain is looked up:
 * nothing is told about accounts.
 */
export async function post(c: Context): Promise<Response> {
  const pairs = await readPageForm(c, undefined)
  if (pairs instanceof Response) return pairs
  const next = pairs.get('next') ?? ''
  const address = (pairs.get('address') ?? '').slice(0, 300)
  if (!isOwnForm(c, pairs)) return show(c, next, address, outdatedText(c), 403)
  const { realm } = await read(c.env.DB, { realm: realmQuery(c.env.DB, address) })
  if (realm === undefined) return show(c, next, address, c.var.messages.login.workNone, 400)
  const { connection } = realm
  const hint = address.trim()
  return c.redirect(pathWith(c.var.paths.loginWith(connection.id), { next: parseNextPath(next), hint }), 303)
}

function show(
  c: Context,
  next: string,
  address: string,
  problem?: string,
  status: 200 | 400 | 403 = 200,
): Response | Promise<Response> {
  const problems = problem === undefined ? [] : [{ field: 'address', text: problem }]
  const page = <WorkPage site={siteFor(c, undefined)} next={next} address={address} problems={problems} />
  return showPage(c, page, status)
}
