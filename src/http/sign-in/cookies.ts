import { getCookie, setCookie } from 'hono/cookie'
import type { Seconds } from '../../values/time.ts'
import type { Context } from '../context.ts'

/** Every cookie of ours, by its short name. */
export type CookieName = 'session' | 'sign-in' | 'visit' | 'known' | 'language' | 'no-passkey'

/** `__Host-`: from this host alone, over https (Chromium and Firefox count localhost as that), never set by a subdomain. */
const options = {
  prefix: 'host',
  httpOnly: true,
  secure: true,
  sameSite: 'Lax',
  path: '/',
} as const

export function readCookie(c: Context, name: CookieName): string | undefined {
  return getCookie(c, name, 'host')
}

/** Without `maxAge`, until the browser is closed. */
export function keepCookie(c: Context, name: CookieName, value: string, maxAge?: Seconds): void {
  setCookie(c, name, value, maxAge === undefined ? options : { ...options, maxAge })
}

export function dropCookie(c: Context, name: CookieName): void {
  setCookie(c, name, '', { ...options, maxAge: 0 })
}
