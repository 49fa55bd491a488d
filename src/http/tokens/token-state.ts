import { subjectSalt } from '../../acts/server/kept-keys.ts'
import type { Client } from '../../rules/clients/client.ts'
import { sectorFor, subjectIn } from '../../rules/openid/subject.ts'
import { formatScope } from '../../rules/requests/scope.ts'
import { accessTokenClaims } from '../../rules/tokens/access-token.ts'
import { jktOf } from '../../rules/tokens/confirmation.ts'
import { mayIntrospect } from '../../rules/tokens/introspection.ts'
import { stillAllowed } from '../../rules/tokens/still-allowed.ts'
import { isOfFamily, parseRefreshToken } from '../../secrets/refresh-token.ts'
import { hashSecret } from '../../secrets/secret.ts'
import { combined, type Query } from '../../store/database.ts'
import { findRefreshFacts } from '../../store/tokens/facts.ts'
import { findLiveToken } from '../../store/tokens/revoked-access-tokens.ts'
import type { Context } from '../context.ts'
import { readAccessToken } from './access-token.ts'

/** The answer for this client; undefined: for a caller with an access token for introspection. */
export type TokenState = (caller: Client | undefined) => Readonly<Record<string, unknown>>

/** RFC 7662 §2.2: no reason is given for an invalid token. */
const inactive: TokenState = () => ({ active: false })

/** `askedBy`: the id that the caller claims. */
export async function tokenState(
  c: Context,
  presented: string,
  askedBy?: string,
): Promise<Query<TokenState>> {
  return parseRefreshToken(presented) === undefined
    ? accessTokenState(c, presented, askedBy)
    : refreshTokenState(c, presented)
}

async function accessTokenState(
  c: Context,
  presented: string,
  askedBy: string | undefined,
): Promise<Query<TokenState>> {
  const token = await readAccessToken(c, presented)
  if (token === undefined) return combined({}, () => inactive)
  return combined({ found: findLiveToken(c.env.DB, token, c.var.now, askedBy) }, ({ found }) => {
    if (found === undefined) return inactive
    const { username, scope, isNamed } = found
    if (scope.length === 0 && token.scope.length > 0) return inactive
    return (caller) =>
      caller === undefined || mayIntrospect({ client: caller, isNamed }, token)
        ? {
            active: true,
            token_type: jktOf(token.confirmation) === undefined ? 'Bearer' : 'DPoP',
            username,
            ...accessTokenClaims({ ...token, scope }),
          }
        : inactive(caller)
  })
}

/** Only the client of a refresh token may see it. */
async function refreshTokenState(c: Context, presented: string): Promise<Query<TokenState>> {
  const token = parseRefreshToken(presented)
  if (token === undefined) return combined({}, () => inactive)
  const salt = await subjectSalt(c.env.DB, c.var.config.keyRing)
  const { authorizationId } = token
  return combined({ facts: findRefreshFacts(c.env.DB, authorizationId) }, ({ facts }) => {
    if (facts === undefined) return inactive
    const { family, living } = facts
    const { now, issuer } = c.var
    const isCurrent = family.current.sha256 === hashSecret(token.secret).sha256
    if (!isCurrent || !isOfFamily(token, family.markKey)) return inactive
    if (family.endedAt !== undefined || family.expiresAt <= now) return inactive
    return (caller) => {
      if (caller?.id !== family.clientId) return inactive(caller)
      const { scope } = stillAllowed(family, caller, living)
      if (scope.length === 0) return inactive(caller)
      const { sector = sectorFor(caller) } = family.openid
      const sub = subjectIn(sector, family.userId, salt)
      return {
        active: true,
        scope: formatScope(scope),
        client_id: family.clientId,
        // A pairwise subject must not be linked to the username (OIDC Core §8.1).
        username: sub === family.userId ? family.username : undefined,
        sub,
        iss: issuer,
        aud: family.resources.length === 0 ? issuer : family.resources,
        iat: family.rotatedAt,
        exp: family.expiresAt,
      }
    }
  })
}
