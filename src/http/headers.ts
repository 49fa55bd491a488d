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

/** Only our own pages use passkeys, and no page uses any other device feature. */
const permissions = [
  'publickey-credentials-get=(self)',
  'publickey-credentials-create=(self)',
  ...['camera', 'microphone', 'geolocation', 'payment', 'usb', 'browsing-topics'].map((name) => `${name}=()`),
].join(', ')

/**
 * Three surfaces, three stacks. Flow pages carry no `form-action`: Chromium applies it to the whole redirect chain and would
 * block the redirect to the client. No COOP either: it cuts `window.opener` of a popup sign-in (ASVS 5.0 3.4.8 for the others).
 */
const policyOf: Record<Surface, string> = {
  machine: "default-src 'none'; frame-ancestors 'none'",
  page: [...pagePolicy, "form-action 'self'"].join('; '),
  flow: pagePolicy.join('; '),
}

export function secure(c: Context, surface: Surface, response: Response): Response {
  const { headers } = response
  // Only for these two a route has a value of its own.
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', policyOf[surface])
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  headers.set('X-Content-Type-Options', 'nosniff')
  // A document that every origin may read may also be loaded by every origin.
  const isPublic = headers.get('Access-Control-Allow-Origin') === '*'
  headers.set('Cross-Origin-Resource-Policy', isPublic ? 'cross-origin' : 'same-origin')
  if (surface !== 'machine') {
    headers.set('Referrer-Policy', 'same-origin')
    headers.set('Permissions-Policy', permissions)
  }
  if (surface === 'page') headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  // RFC 6797 §7.2: never over http.
  if (c.req.url.startsWith('https:')) headers.set('Strict-Transport-Security', transportSecurity(c))
  return response
}

/** For two years. Only the operator knows whether all subdomains have https. */
function transportSecurity(c: Context): string {
  return `max-age=63072000${c.var.config.hstsSubdomains ? '; includeSubDomains' : ''}`
}
