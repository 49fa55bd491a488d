import { addKnownBrowser, findKnownBrowser, type KnownTo } from '../../secrets/known-browser.ts'
import type { Context } from '../context.ts'
import { keepCookie, readCookie } from './cookies.ts'

/** As long as browsers keep a cookie at most (RFC 6265bis §5.5: 400 days). Each sign-in begins it anew. */
const kept = 400 * 86_400

/** Whether there is anything by which this browser could be known. */
export function mayBeKnown(c: Context): boolean {
  return presented(c) !== ''
}

/** The id of this browser for the account; undefined when nobody signed in to it here, or its password changed since. */
export function knownBrowserOf(c: Context, account: KnownTo): string | undefined {
  return findKnownBrowser(c.var.config.keyRing, presented(c), account)
}

/** From now on this browser is known to the account: whoever is in it has just shown that the account is theirs. */
export function rememberBrowser(c: Context, account: KnownTo, id?: string): void {
  const value = addKnownBrowser(c.var.config.keyRing, presented(c), account, id)
  keepCookie(c, 'known', value, kept)
}

function presented(c: Context): string {
  return readCookie(c, 'known') ?? ''
}
