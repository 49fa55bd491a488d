import { skeletonOf } from '../skeleton.ts'
import type { Client } from './client.ts'

/** What a name may be taken for: an application that an administrator vouches for, or this server itself. */
export interface Lookalike {
  readonly of: 'application' | 'server'
  readonly name: string
}

/** A client that an administrator vouches for. */
export interface TrustedName {
  readonly name: string
  readonly ownerId: string
}

/**
 * What an unverified client could be taken for by its name (UTS #39 §4). The owner of a trusted client may give the name to others of
 * theirs; a client that registered itself, or publishes itself, is nobody's.
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

/** In capitals “I” looks like “l”, in small letters it doesn't: names are compared as they are and in small letters. */
function looksLike(a: string, b: string): boolean {
  return skeletonOf(a) === skeletonOf(b) || skeletonOf(a.toLowerCase()) === skeletonOf(b.toLowerCase())
}
