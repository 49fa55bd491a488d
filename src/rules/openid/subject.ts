import { createHmac } from 'node:crypto'
import type { Client } from '../clients/client.ts'
import { provesNoIdentity } from '../requests/redirect-uri.ts'

type Known = Pick<Client, 'id' | 'openid' | 'redirectUris'>

/** Whose clients are told the same of one person (OIDC Core §8.1); null: everybody's. */
export type Sector = string | null

/**
 * The sector that a client is in now. What was authorized keeps the one that it was authorized in: a refreshed ID token has the
 * same `sub` (OIDC Core §12.2), and whoever names another host later learns nothing.
 */
export function sectorFor(client: Known): Sector {
  return client.openid.subjectType === 'public' ? null : sectorOf(client)
}

/**
 * The host that an administrator set, or that of `sector_identifier_uri`, whose document was read when it was saved; otherwise the
 * host that all redirect URIs share. A client whose URIs share none, or prove nobody (RFC
 * 8252 §8.6), is a sector of its own: otherwise whoever puts somebody else's host beside their own learns who is who there. So
 * is one whose hosts have changed, until an administrator has looked at them or such a document lists them.
 */
function sectorOf({ id, openid, redirectUris }: Known): string {
  const own = `client ${id}`
  if (openid.sectorIdentifier !== undefined && !openid.sectorMoved) return openid.sectorIdentifier
  if (openid.sectorIdentifierUri !== undefined) return new URL(openid.sectorIdentifierUri).hostname
  if (openid.sectorMoved) return own
  const [host, ...others] = hostsOf(redirectUris)
  return host === undefined || host === '' || others.length > 0 ? own : host
}

/** The hosts of redirect URIs, each once, in the order of the alphabet; '' for those that prove nobody. */
function hostsOf(redirectUris: readonly string[]): readonly string[] {
  const hosts = redirectUris.map((uri) => (provesNoIdentity(uri) ? '' : new URL(uri).hostname))
  return [...new Set(hosts)].sort()
}

export function sharesHosts(a: readonly string[], b: readonly string[]): boolean {
  return hostsOf(a).join('\n') === hostsOf(b).join('\n')
}

/**
 * `sub` in a sector: the user's id, or a pairwise one, the same for all clients of the sector and useless for telling who the
 * user is elsewhere. `salt` is a secret of the server.
 */
export function subjectIn(sector: Sector, userId: string, salt: string): string {
  return sector === null ? userId : pairwise(sector, userId, salt)
}

/** `sid` in a sector: a session that two sectors know by one name would tell them that it is one user. */
export function sessionIdIn(sector: Sector, sid: string, salt: string): string {
  return sector === null ? sid : pairwise(sector, `session ${sid}`, salt)
}

function pairwise(sector: string, name: string, salt: string): string {
  return createHmac('sha256', salt).update(`${sector}\n${name}`).digest('base64url')
}
