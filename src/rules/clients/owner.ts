import type { Client } from './client.ts'
import { documentHost } from './metadata-document.ts'

/** How people are shown who runs a client, before they decide about it. */
export interface ShownOwner {
  /** A username, the domain of an address that its owner has confirmed, or the host that publishes the client. */
  readonly kind: 'name' | 'domain' | 'host'
  readonly text: string
}

interface Owned {
  readonly client: Pick<Client, 'id' | 'ownerId' | 'trust' | 'registeredBy'>
  readonly ownerName: string
  /** The owner’s address, if mail to it reached them. */
  readonly ownerEmail: string | undefined
}

/**
 * Everybody chooses their own username, and could choose one that sounds like a bank. So it is shown only of a client that an
 * administrator has verified, and to the owner; of others the domain that a confirmed address proves, or nothing. A client that
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
