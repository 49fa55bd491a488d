import type { Context, Surface } from './context.ts'

export const pagePolicy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
]

/**
 * Three surfaces, three stacks. Flow pages carry no `form-action`: Chromium applies it to the whole redirect chain and would
 * stop the way back to the client. No COOP either: it cuts `window.opener` of a popup sign-in.
 */
const policyOf: Record<Surface, string> = {
  machine: "default-src 'none'; frame-ancestors 'none'",
  page: [...pagePolicy, "form-action 'self'"].join('; '),
  flow: pagePolicy.join('; '),
}

export function secure(c: Context, surface: Surface, response: Response): Response {
  const { headers } = response
  const set = (name: string, value: string) => headers.has(name) || headers.set(name, value)
  set('Content-Security-Policy', policyOf[surface])
  set('X-Content-Type-Options', 'nosniff')
  set('Referrer-Policy', 'same-origin')
  set('Cache-Control', 'no-store')
  // RFC 6797 §7.2: never by http.
  if (c.req.url.startsWith('https:')) set('Strict-Transport-Security', 'max-age=63072000')
  return response
}
