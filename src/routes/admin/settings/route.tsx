import { settingsOf } from '../../../config.ts'
import type { Context } from '../../../http/context.ts'
import { showPage, siteFor } from '../../../http/pages.tsx'
import { requireAdministrator } from '../../../http/require-session.ts'
import { SettingsPage } from './page.tsx'

/** GET /admin/settings */
export async function getAdminSettings(c: Context): Promise<Response> {
  const session = await requireAdministrator(c)
  if (session instanceof Response) return session
  const settings = settingsOf(c.env)
  return showPage(
    c,
    <SettingsPage site={siteFor(c, session)} settings={settings} meanings={await readMeanings(c)} />,
  )
}

/** A file of `npm run docs:config`: these texts would be a hundredth of the Worker. */
async function readMeanings(c: Context): Promise<Readonly<Record<string, string>>> {
  const response = await c.env.ASSETS.fetch(new URL('/settings.json', c.req.url))
  return response.ok ? response.json<Record<string, string>>() : {}
}
