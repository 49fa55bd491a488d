import { scopeOfClaim } from '../../rules/openid/user-claims.ts'
import { type ParsedParameters, parseParameters } from '../../rules/parameters.ts'
import { isRefusal, type Refusal } from '../../rules/refusal.ts'
import { type ClaimsRequest, parseClaimsRequest } from '../../rules/requests/claims-request.ts'
import { parseResources } from '../../rules/requests/resource.ts'
import { defaultScope, parseScopeNames, type Scope } from '../../rules/requests/scope.ts'

/** What a request asks for, as far as it can be read before the client is known. */
export interface Asked extends ParsedParameters {
  readonly resources: readonly string[] | Refusal
  readonly claims: ClaimsRequest | Refusal
  /** Every scope that may have to be explained. */
  readonly scopeNames: Scope
}

export function readAsked(query: string): Asked {
  const pairs = new URLSearchParams(query)
  // RFC 8707 §2: `resource` may come many times.
  const parsed = parseParameters([...pairs].filter(([name]) => name !== 'resource'))
  const claims = parseClaimsRequest(parsed.parameters.get('claims'))
  const claimNames = isRefusal(claims) ? [] : [...claims.userinfo, ...claims.idToken]
  const scope = parsed.parameters.get('scope')
  const scopeNames = new Set([
    ...(scope === undefined ? defaultScope : parseScopeNames(scope)),
    ...claimNames.flatMap((claim) => scopeOfClaim(claim) ?? []),
  ])
  return { ...parsed, claims, resources: parseResources(pairs), scopeNames: [...scopeNames].slice(0, 100) }
}
