import { refuse } from '../rules/refusal.ts'
import type { Context, Surface } from './context.ts'
import { allowAnyOrigin } from './cors.ts'
import { refuseMachine } from './machine-answers.ts'

/**
 * Refuses plain http where the issuer is https (RFC 6749 §3.1, §3.2): a page redirects to its https URL, a program gets an
 * error before any of its secrets is read. Undefined: the request is fine. The scheme is that of the request itself: a header
 * could be forged.
 */
export async function refusePlainHttp(c: Context, surface: Surface): Promise<Response | undefined> {
  if (c.req.url.startsWith('https:') || !c.var.issuer.startsWith('https:')) return undefined
  const { pathname, search } = new URL(c.req.url)
  await c.req.raw.body?.cancel()
  if (surface !== 'machine') return c.redirect(c.var.issuer + pathname + search, 308)
  const refusal = refuse(
    'invalid_request',
    `Use https: the issuer is ${c.var.issuer}`,
    'The request came over plain http',
  )
  return allowAnyOrigin(c, refuseMachine(c, refusal))
}
