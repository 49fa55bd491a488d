import { isLoopbackHost, loopbackOrigin } from '../../values/loopback.ts'
import type { NamedProblem } from '../../values/problem.ts'
import type { Client } from './client.ts'

/** One line of "Allowed origins": scheme, host and port, as a browser sends them in the Origin header (RFC 6454 §6.2). */
export function parseOrigin(line: string): { readonly origin: string } | { readonly problem: NamedProblem } {
  if (!URL.canParse(line)) return { problem: { code: 'originForm' } }
  const url = new URL(line)
  if (line.includes('*')) return { problem: { code: 'originWildcard' } }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { problem: { code: 'originScheme' } }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return { problem: { code: 'uriHttp' } }
  if (line.replace(/\/$/, '').toLowerCase() !== url.origin) {
    return { problem: { code: 'originMore', origin: url.origin } }
  }
  return { origin: url.origin }
}

/** Whether an origin is registered: exactly, or on the same loopback host at any port. */
export function hasOrigin(registered: readonly string[], origin: string): boolean {
  const loopback = loopbackOrigin(origin)
  return (
    registered.includes(origin) ||
    (loopback !== undefined && registered.some((one) => loopbackOrigin(one) === loopback))
  )
}

/** The origins whose scripts may call the token endpoint for this client: its allowed origins, and those of its redirect URIs. */
export function originsOf(client: Pick<Client, 'redirectUris' | 'allowedOrigins'>): readonly string[] {
  const redirects = client.redirectUris
    .filter((uri) => /^https?:/.test(uri))
    .map((uri) => new URL(uri).origin)
  return [...new Set([...client.allowedOrigins, ...redirects])]
}
