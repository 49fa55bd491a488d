import type { Context } from '../context.ts'
import { refusePage, siteFor, toSignIn } from '../pages.tsx'

/** For a person who requests a link by mail at a server that sends none. */
export function refuseWithoutMail(c: Context<'start'>): Response | Promise<Response> {
  const t = siteFor(c, undefined).texts.start.reset
  return refusePage(c, undefined, 404, t.off, t.offText, { onward: toSignIn(c) })
}
