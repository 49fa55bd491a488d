import type { Context } from '../../http/context.ts'
import { showPage, siteFor } from '../../http/pages.tsx'
import { currentSession } from '../../http/sign-in/session.ts'
import { HomePage } from './page.tsx'

/** GET / */
export async function get(c: Context): Promise<Response> {
  return showPage(c, <HomePage site={siteFor(c, await currentSession(c))} />)
}
