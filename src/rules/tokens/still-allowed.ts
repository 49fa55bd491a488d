import type { Client } from '../clients/client.ts'
import { allowedClaimsOf } from '../requests/claims-request.ts'
import type { Scope } from '../requests/scope.ts'
import type { OpenidGrant } from './authorization.ts'

/** What a person allowed, in part or in whole. */
interface Granted {
  readonly scope: Scope
  readonly openid: OpenidGrant
}

/**
 * What is left of a grant: scopes and claims that the client may have now, of those that exist now. Whatever an administrator took
 * away, or deleted, is in no token that is issued from then on (RFC 6749 §6, RFC 9700 §2.3).
 */
export function stillAllowed<G extends Granted>(
  grant: G,
  { policy }: Pick<Client, 'policy'>,
  existing: Scope,
): G {
  const { openid } = grant
  return {
    ...grant,
    scope: grant.scope.filter((name) => policy.scope.includes(name) && existing.includes(name)),
    openid: {
      ...openid,
      idTokenClaims: allowedClaimsOf(openid.idTokenClaims, policy.scope),
    },
  }
}
