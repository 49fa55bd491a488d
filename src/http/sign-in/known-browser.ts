import { addKnownBrowser, findKnownBrowser, type KnownTo } from '../../secrets/known-browser.ts'
import type { Context } from '../context.ts'
import { keepCookie, readCookie } from './cookies.ts'

/** The maximum lifetime of a cookie in browsers (RFC 6265bis §5.5: 400 days). Each sign-in renews it. */
const kept = 400 * 86_400

/** Whether this browser has a cookie by which it could be known. */
export function mayBeKnown(c: Context): boolean {
  return presented(c) !== ''
}

/** The id of this browser for the account; undefined when nobody signed in to it here, or its password has changed since. */
export function knownBrowserOf(c: Context, account: KnownTo): string | undefined {
  return findKnownBrowser(c.var.config.keyRing, presented(c), account)
}

/** From now on the account knows this browser: the person in it has just proven that the account is theirs. */
export function rememberBrowser(c: Context, account: KnownTo, id?: string): void {
  const value = addKnownBrowser(c.var.config.keyRing, presented(c), account, id)
  keepCookie(c, 'known', value, kept)
}

function presented(c: Context): string {
  return readCookie(c, 'known') ?? ''
}
