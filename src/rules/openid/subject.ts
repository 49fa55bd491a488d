import { createHmac } from 'node:crypto'
import type { Client } from '../clients/client.ts'
import { provesNoIdentity } from '../requests/redirect-uri.ts'

type Known = Pick<Client, 'id' | 'openid' | 'redirectUris'>

/** The group of clients with the same subjects (OIDC Core §8.1); null: all public subjects. */
export type Sector = string | null

/**
 * The current sector of a client. An authorization keeps its own: a refreshed ID token has the same `sub` (OIDC Core §12.2),
 * and a client that adds another host later learns nothing.
 */
export function sectorFor(client: Known): Sector {
  return client.openid.subjectType === 'public' ? null : sectorOf(client)
}

/**
 * The host that an administrator set, or that of `sector_identifier_uri`, whose document was checked when it was saved;
 * otherwise the host that all redirect URIs share. A client whose URIs share none, or prove no identity (RFC 8252 §8.6), is a
 * sector of its own: otherwise a developer who adds another host beside their own would learn its subjects. The same applies to
 * a client whose hosts have changed, until an administrator has reviewed them or such a document lists them.
 */
function sectorOf({ id, openid, redirectUris }: Known): string {
  const own = `client ${id}`
  if (openid.sectorIdentifier !== undefined && !openid.sectorMoved) return openid.sectorIdentifier
  if (openid.sectorIdentifierUri !== undefined) return new URL(openid.sectorIdentifierUri).hostname
  if (openid.sectorMoved) return own
  const [host, ...others] = hostsOf(redirectUris)
  return host === undefined || host === '' || others.length > 0 ? own : host
}

/** The hosts of redirect URIs, each once, in alphabetical order; '' for those that prove no identity. */
function hostsOf(redirectUris: readonly string[]): readonly string[] {
  const hosts = redirectUris.map((uri) => (provesNoIdentity(uri) ? '' : new URL(uri).hostname))
  return [...new Set(hosts)].sort()
}

export function sharesHosts(a: readonly string[], b: readonly string[]): boolean {
  return hostsOf(a).join('\n') === hostsOf(b).join('\n')
}

/**
 * `sub` in a sector: the user's id, or a pairwise one, which is the same for all clients of the sector and reveals nothing
 * elsewhere. `salt` is a secret of the server.
 */
export function subjectIn(sector: Sector, userId: string, salt: string): string {
  return sector === null ? userId : pairwise(sector, userId, salt)
}

/** `sid` in a sector: the same session id in two sectors would reveal that it is one user. */
export function sessionIdIn(sector: Sector, sid: string, salt: string): string {
  return sector === null ? sid : pairwise(sector, `session ${sid}`, salt)
}

function pairwise(sector: string, name: string, salt: string): string {
  return createHmac('sha256', salt).update(`${sector}\n${name}`).digest('base64url')
}
