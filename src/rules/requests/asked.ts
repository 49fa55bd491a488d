import { scopeOfClaim } from '../openid/user-claims.ts'
import type { ParsedParameters } from '../parameters.ts'
import { isRefusal, type Refusal } from '../refusal.ts'
import { parseDetails, typesOf } from './authorization-details.ts'
import { type ClaimsRequest, parseClaimsRequest } from './claims-request.ts'
import type { AuthorizationDetail } from './detail-type.ts'
import { parseResources } from './resource.ts'
import { defaultScope, parseScope, parseScopeNames, type Scope } from './scope.ts'

/** An authorization request, as far as it can be read before the client is known. */
export interface Asked extends ParsedParameters {
  /** Undefined: the default. */
  readonly scope: Scope | Refusal | undefined
  readonly resources: readonly string[] | Refusal
  readonly claims: ClaimsRequest | Refusal
  /** RFC 9396 §2. */
  readonly details: readonly AuthorizationDetail[] | Refusal
  /** Whether the client pushed it before (RFC 9126). */
  readonly isPushed: boolean
  /** Whether the parameters are those of a request object (RFC 9101); a refusal if it can't be trusted. */
  readonly object?: 'verified' | Refusal
  /** Every scope that may have to be explained. At most 100. */
  readonly scopeNames: Scope
  /** Every type of authorization details that has to be known. */
  readonly detailTypes: readonly string[]
}

/** `pairs` are the raw parameters: RFC 8707 §2 allows `resource` many times, so it is read from them. */
export function readAsked(parsed: ParsedParameters, pairs: URLSearchParams, isPushed = false): Asked {
  const { parameters } = parsed
  const text = parameters.get('scope')
  const claims = parseClaimsRequest(parameters.get('claims'))
  const details = parseDetails(parameters.get('authorization_details'))
  const claimNames = isRefusal(claims) ? [] : [...claims.userinfo, ...claims.idToken]
  const scopeNames = new Set([
    ...(text === undefined ? defaultScope : parseScopeNames(text)),
    ...claimNames.flatMap((claim) => scopeOfClaim(claim) ?? []),
  ])
  return {
    ...parsed,
    scope: text === undefined ? undefined : parseScope(text),
    resources: parseResources(pairs),
    claims,
    details,
    detailTypes: isRefusal(details) ? [] : typesOf(details),
    isPushed,
    scopeNames: [...scopeNames].slice(0, 100),
  }
}
