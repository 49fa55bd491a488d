import { readFrame } from '../../../http/clients/managed.ts'
import type { Context } from '../../../http/context.ts'
import { showPage } from '../../../http/pages.tsx'
import { DangerPage } from './page.tsx'

/** GET …/danger: what cuts people or the application off. Each asks on a page of its own before it is done. */
export async function get(c: Context<'applications'>): Promise<Response> {
  const read = await readFrame(c, () => ({}))
  return read instanceof Response ? read : showPage(c, <DangerPage {...read.frame} />)
}
