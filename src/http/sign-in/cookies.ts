import { getCookie, setCookie } from 'hono/cookie'
import type { Seconds } from '../../values/time.ts'
import { type Context, learn } from '../context.ts'

/** All of our cookies, by short name. */
export type CookieName =
  | 'session'
  | 'sign-in'
  | 'visit'
  | 'known'
  | 'language'
  | 'no-passkey'
  | 'last-provider'
  | 'way-out'
  | AtProvider

/** Of sign-ins at providers that have begun: one for each, so that tabs don't disturb each other. */
type AtProvider = `with-${string}`

const options = { httpOnly: true, sameSite: 'Lax', path: '/' } as const

/** Only for this host, over https, and never set by a subdomain (RFC 6265bis §4.1.3.2). */
const guarded = { ...options, prefix: 'host', secure: true } as const

/**
 * Over http, which is only used for loopback in development, a cookie has no prefix: Safari keeps no Secure one there. Its name
 * contains the port, since every port of localhost shares cookies.
 */
function isPlain(c: Context): boolean {
  return c.var.issuer.startsWith('http:')
}

const plainName = (name: CookieName) => `latchkey-${name}`

export function readCookie(c: Context, name: CookieName): string | undefined {
  return cookiesOf(c)[isPlain(c) ? plainName(name) : `__Host-${name}`]
}

/** Read once for each request, which asks for several of them, and for some more than once. */
function cookiesOf(c: Context): Readonly<Record<string, string>> {
  if (c.var.cookies === undefined) learn(c, { cookies: getCookie(c) })
  return c.var.cookies ?? {}
}

/** Without `maxAge`, until the browser is closed. */
export function keepCookie(c: Context, name: CookieName, value: string, maxAge?: Seconds): void {
  const lifetime = maxAge === undefined ? {} : { maxAge }
  if (isPlain(c)) setCookie(c, plainName(name), value, { ...options, ...lifetime })
  else setCookie(c, name, value, { ...guarded, ...lifetime })
}

export function dropCookie(c: Context, name: CookieName): void {
  keepCookie(c, name, '', 0)
}

/** The rest of the names of all cookies that begin with `prefix`. */
export function restOfNames(c: Context, prefix: 'with-'): readonly string[] {
  const whole = isPlain(c) ? plainName(prefix) : `__Host-${prefix}`
  return Object.keys(cookiesOf(c))
    .filter((name) => name.startsWith(whole))
    .map((name) => name.slice(whole.length))
}
