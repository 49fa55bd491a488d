import { createHmac } from 'node:crypto'
import type { Client } from './client.ts'

/**
 * `sub` for a client: the user's id, or a pairwise one (OIDC Core §8.1), the same for all clients of one sector and useless
 * for telling who the user is elsewhere. `salt` is a secret of the server.
 */
export function subjectFor(
  client: Pick<Client, 'openid' | 'redirectUris'>,
  userId: string,
  salt: string,
): string {
  if (client.openid.subjectType === 'public') return userId
  return createHmac('sha256', salt)
    .update(`${sectorOf(client)}\n${userId}`)
    .digest('base64url')
}

/** The host that all redirect URIs share, unless another was registered. */
function sectorOf({ openid, redirectUris }: Pick<Client, 'openid' | 'redirectUris'>): string {
  const [first = ''] = redirectUris
  return openid.sectorIdentifier ?? (URL.canParse(first) ? new URL(first).host : first)
}
