import { skeletonOf } from '../skeleton.ts'
import type { Client } from './client.ts'

/** The thing that a name imitates: a trusted application, or this server itself. */
export interface Lookalike {
  readonly of: 'application' | 'server'
  readonly name: string
}

/** A client that an administrator trusts. */
export interface TrustedName {
  readonly name: string
  readonly ownerId: string
}

/**
 * The thing that an unverified client could be mistaken for by its name (UTS #39 §4). The owner of a trusted client may use the
 * name for their others; a client that registered or published itself has no owner.
 */
export function lookalikeOf(
  client: Pick<Client, 'name' | 'ownerId' | 'trust' | 'registeredBy'>,
  trusted: readonly TrustedName[],
  serverName: string,
): Lookalike | undefined {
  if (client.trust !== 'unverified') return undefined
  const isOwn = ({ ownerId }: TrustedName) => client.registeredBy === 'person' && ownerId === client.ownerId
  const found = trusted.find((one) => looksLike(one.name, client.name) && !isOwn(one))
  if (found !== undefined) return { of: 'application', name: found.name }
  return looksLike(serverName, client.name) ? { of: 'server', name: serverName } : undefined
}

/** A capital “I” looks like “l”, but a small one does not: names are compared both unchanged and in lower case. */
function looksLike(a: string, b: string): boolean {
  return skeletonOf(a) === skeletonOf(b) || skeletonOf(a.toLowerCase()) === skeletonOf(b.toLowerCase())
}
