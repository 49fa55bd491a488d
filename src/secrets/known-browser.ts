import type { KeyRing } from '../values/key-ring.ts'
import { isMacOf, mac } from './derived-keys.ts'
import { randomText } from './secret.ts'

/** What a browser is known to: an account, as long as its password is this one. Every change of the password forgets the browser. */
export interface KnownTo {
  readonly userId: string
  readonly passwordHash: string
}

/** A browser keeps the accounts that signed in in it last, this many. */
const mostKept = 8

const shape = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/**
 * The value of the cookie with one more account in it. It names nobody: of each account there is a random id and a MAC over that
 * id, the account and its password hash. An account that was there keeps its id, so that signing in makes no new budget.
 */
export function addKnownBrowser(ring: KeyRing, cookie: string, account: KnownTo): string {
  const id = findKnownBrowser(ring, cookie, account) ?? randomText(16)
  const others = entriesOf(cookie).filter((entry) => !entry.startsWith(`${id}.`))
  const proof = mac(ring[0], 'known-browsers', textOf(id, account))
  return [`${id}.${proof}`, ...others].slice(0, mostKept).join('~')
}

/** The id under which this browser is known to the account. Undefined when it is not, or not since the password changed. */
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

function entriesOf(cookie: string): readonly string[] {
  return cookie.split('~', mostKept).filter((entry) => shape.test(entry))
}

function textOf(id: string, { userId, passwordHash }: KnownTo): string {
  return JSON.stringify([id, userId, passwordHash])
}
