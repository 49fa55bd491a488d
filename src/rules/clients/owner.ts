import type { Client } from './client.ts'
import { documentHost } from './metadata-document.ts'

/** How the owner of a client is shown to people before they decide about it. */
export interface ShownOwner {
  /** A username, the domain of the owner's confirmed address, or the host that publishes the client. */
  readonly kind: 'name' | 'domain' | 'host'
  readonly text: string
}

interface Owned {
  readonly client: Pick<Client, 'id' | 'ownerId' | 'trust' | 'registeredBy'>
  readonly ownerName: string
  /** The owner’s address, if it is confirmed. */
  readonly ownerEmail: string | undefined
}

/**
 * People choose their own usernames, and could choose one that sounds like a bank. So it is shown only for a client that an
 * administrator has verified, and to the owner; for others the domain of a confirmed address, or nothing. A client that
 * registered itself belongs to an administrator who had no part in it.
 */
export function ownerShownTo(
  viewerId: string | undefined,
  { client, ownerName, ownerEmail }: Owned,
): ShownOwner | undefined {
  if (client.registeredBy === 'document') return { kind: 'host', text: documentHost(client.id) }
  if (client.registeredBy === 'itself') return undefined
  if (client.trust !== 'unverified' || client.ownerId === viewerId) return { kind: 'name', text: ownerName }
  const domain = domainOf(ownerEmail ?? '')
  return domain === undefined ? undefined : { kind: 'domain', text: domain }
}

/** In Punycode, so that no letter looks like another. */
function domainOf(email: string): string | undefined {
  const url = `https://${email.slice(email.lastIndexOf('@') + 1)}/`
  if (!email.includes('@') || !URL.canParse(url)) return undefined
  const { hostname, href } = new URL(url)
  return href === `https://${hostname}/` ? hostname : undefined
}

/** A client and its owner in a list: reading all of it costs more than finding it. */
export interface ListedClient
  extends Pick<
    Client,
    'id' | 'name' | 'type' | 'suspendedAt' | 'approval' | 'trust' | 'registeredBy' | 'lastUsedAt'
  > {
  readonly pkceOptional: boolean
  readonly ownerName: string
  /** Hash of its logo. */
  readonly logo: string | undefined
}
