import type { AccessToken } from '../../rules/tokens/access-token.ts'
import { openAccessToken } from '../../secrets/access-token.ts'
import type { Context } from '../context.ts'
import { verifierOf } from './signing.ts'

/** What a presented access token says, JWT or opaque; undefined when it is not one of ours, or has expired. */
export async function readAccessToken(c: Context, presented: string): Promise<AccessToken | undefined> {
  const { issuer, config, now } = c.var
  return openAccessToken(presented, issuer, await verifierOf(c), config.keyRing, now)
}
