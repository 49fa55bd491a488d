import type { Client } from '../clients/client.ts'
import { allowedClaimsOf } from '../requests/claims-request.ts'
import type { AuthorizationDetail } from '../requests/detail-type.ts'
import type { Scope } from '../requests/scope.ts'
import type { OpenidGrant } from './authorization.ts'

/** A grant of a person, in part or in whole. */
interface Granted {
  readonly scope: Scope
  readonly details: readonly AuthorizationDetail[]
  readonly openid: OpenidGrant
}

/**
 * The part of a grant that is still allowed: scopes, details and claims that exist and that the client may have now. Anything that an
 * administrator removed or deleted is in no token issued afterwards (RFC 6749 §6, RFC 9700 §2.3).
 */
export function stillAllowed<G extends Granted>(
  grant: G,
  { policy, openid: { detailTypes } }: Pick<Client, 'policy' | 'openid'>,
  existing: { readonly scope: Scope; readonly detailTypes: readonly string[] },
): G {
  const { openid } = grant
  return {
    ...grant,
    scope: grant.scope.filter((name) => policy.scope.includes(name) && existing.scope.includes(name)),
    details: grant.details.filter(
      ({ type }) => detailTypes.includes(type) && existing.detailTypes.includes(type),
    ),
    openid: {
      ...openid,
      idTokenClaims: allowedClaimsOf(openid.idTokenClaims, policy.scope),
    },
  }
}
