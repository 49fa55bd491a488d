import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireSession } from '../../../http/sign-in/require-session.ts'
import { settingsOf } from '../../../rules/server/settings.ts'
import { SettingsPage } from './page.tsx'

/** GET /admin/settings */
export async function get(c: Context<'admin'>): Promise<Response> {
  const session = await requireSession(c)
  if (session instanceof Response) return session
  const search = c.req.query('name') ?? ''
  const settings = settingsOf(c.env)
  return showPage(c, <SettingsPage site={siteFor(c, session)} search={search.trim()} settings={settings} />)
}
