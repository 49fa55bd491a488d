import type { AccessToken } from '../../rules/tokens/access-token.ts'
import { type IssuedIdToken, openAccessToken, openIdToken } from '../../secrets/access-token.ts'
import type { Context } from '../context.ts'
import { verifierOf } from './signing.ts'

/** The content of a presented access token, JWT or opaque; undefined when it is not one of ours, or has expired. */
export async function readAccessToken(c: Context, presented: string): Promise<AccessToken | undefined> {
  const { issuer, config, now } = c.var
  return openAccessToken(presented, issuer, await verifierOf(c), config.keyRing, now)
}

/** The same for an ID token. */
export async function readIdToken(c: Context, presented: string): Promise<IssuedIdToken | undefined> {
  return openIdToken(presented, c.var.issuer, await verifierOf(c), c.var.now)
}
