import { readFrame } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage } from '../../../http/pages.tsx'
import { DangerPage } from './page.tsx'

/** GET …/danger: the acts that cut off people or the application. Each asks on a page of its own first. */
export async function get(c: Context<'applications'>): Promise<Response> {
  const read = await readFrame(c, () => ({}))
  return read instanceof Response ? read : showPage(c, <DangerPage {...read.frame} />)
}
