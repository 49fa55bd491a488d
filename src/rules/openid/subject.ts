import { createHmac } from 'node:crypto'
import type { Client } from '../clients/client.ts'
import { provesNoIdentity } from '../requests/redirect-uri.ts'

type Known = Pick<Client, 'id' | 'openid' | 'redirectUris'>

/**
 * `sub` for a client: the user's id, or a pairwise one (OIDC Core §8.1), the same for all clients of one sector and useless
 * for telling who the user is elsewhere. `salt` is a secret of the server.
 */
export function subjectFor(client: Known, userId: string, salt: string): string {
  return client.openid.subjectType === 'public' ? userId : pairwise(client, userId, salt)
}

/** `sid` for a client. Of a pairwise one too: a session that two sectors know by one name would tell them that it is one user. */
export function sessionIdFor(client: Known, sid: string, salt: string): string {
  return client.openid.subjectType === 'public' ? sid : pairwise(client, `session ${sid}`, salt)
}

function pairwise(client: Known, name: string, salt: string): string {
  return createHmac('sha256', salt)
    .update(`${sectorOf(client)}\n${name}`)
    .digest('base64url')
}

/**
 * The host that all redirect URIs share, unless another was registered. A client whose URIs share none, or prove nobody (RFC
 * 8252 §8.6), is a sector of its own: otherwise whoever puts somebody else's host beside their own learns who is who there.
 */
function sectorOf({ id, openid, redirectUris }: Known): string {
  if (openid.sectorIdentifier !== undefined) return openid.sectorIdentifier
  const hosts = new Set(redirectUris.map((uri) => (provesNoIdentity(uri) ? '' : new URL(uri).hostname)))
  const [host] = hosts
  return host === undefined || host === '' || hosts.size > 1 ? `client ${id}` : host
}
