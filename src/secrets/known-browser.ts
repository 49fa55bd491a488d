import type { KeyRing } from '../values/key-ring.ts'
import type { Seconds } from '../values/time.ts'
import { isMacOf, mac } from './derived-keys.ts'
import { randomText } from './secret.ts'

/** The account that knows a browser, as long as its password is this one. Every change of the password forgets the browser. */
export interface KnownTo {
  readonly userId: string
  readonly passwordHash: string
}

/** The number of accounts that a browser keeps: the last to sign in. */
const mostKept = 8

const shape = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/**
 * The value of the cookie with one more account. It contains no name: per account a random id and a MAC over that id, the
 * account and its password hash. A known account keeps its id, so that signing in creates no new budget.
 */
export function addKnownBrowser(
  ring: KeyRing,
  cookie: string,
  account: KnownTo,
  newId: string = randomText(16),
): string {
  const id = findKnownBrowser(ring, cookie, account) ?? newId
  const others = entriesOf(cookie).filter((entry) => !entry.startsWith(`${id}.`))
  const proof = mac(ring[0], 'known-browsers', textOf(id, account))
  return [`${id}.${proof}`, ...others].slice(0, mostKept).join('~')
}

/** The id under which the account knows this browser. Undefined when it does not, or when the password has changed since. */
export function findKnownBrowser(ring: KeyRing, cookie: string, account: KnownTo): string | undefined {
  return entriesOf(cookie)
    .map((entry) => shape.exec(entry) ?? [])
    .find(
      ([, id, proof]) =>
        id !== undefined &&
        proof !== undefined &&
        isMacOf(ring, 'known-browsers', textOf(id, account), proof),
    )?.[1]
}

/** The lifetime of the link in the notice of a lock. */
const linkLifetime: Seconds = 7 * 86_400

/**
 * The token of a mailed link that makes a browser known. Nothing is stored: it is bound to the password hash like the cookie,
 * and opened twice it gives the same id, so the same budget.
 */
export function makeBrowserLink(ring: KeyRing, account: KnownTo, now: Seconds): string {
  const text = `${account.userId}.${randomText(16)}.${now + linkLifetime}`
  return `${text}.${mac(ring[0], 'known-browsers', textOf(text, account))}`
}

export interface BrowserLink {
  readonly userId: string
  /** The id under which the browser will be known. */
  readonly id: string
  /** Whether we made it for this account with its current password, not too long ago. */
  readonly isGood: (account: KnownTo) => boolean
}

/** Undefined when it is malformed. */
export function readBrowserLink(ring: KeyRing, token: string, now: Seconds): BrowserLink | undefined {
  const [, text, userId, id, time, proof] =
    /^(([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{22})\.([0-9]{1,12}))\.([A-Za-z0-9_-]{43})$/.exec(token) ?? []
  if (text === undefined || userId === undefined || id === undefined || proof === undefined) return undefined
  const isGood = (account: KnownTo) =>
    account.userId === userId &&
    Number(time) > now &&
    isMacOf(ring, 'known-browsers', textOf(text, account), proof)
  return { userId, id, isGood }
}

function entriesOf(cookie: string): readonly string[] {
  return cookie.split('~', mostKept).filter((entry) => shape.test(entry))
}

function textOf(id: string, { userId, passwordHash }: KnownTo): string {
  return JSON.stringify([id, userId, passwordHash])
}
