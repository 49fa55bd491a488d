import { readFrame } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage } from '../../../http/pages.tsx'
import { SettingsPage } from './page.tsx'

/** GET …/settings: everything that can be changed, and where. */
export async function get(c: Context<'applications'>): Promise<Response> {
  const read = await readFrame(c, () => ({}))
  return read instanceof Response
    ? read
    : showPage(c, <SettingsPage {...read.frame} ownerName={read.ownerName} />)
}
