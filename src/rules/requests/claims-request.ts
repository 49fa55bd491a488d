import * as z from 'zod/mini'
import { once } from '../../values/once.ts'
import { scopeOfClaim } from '../openid/user-claims.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { Scope } from './scope.ts'

const schema = once(() => {
  /** The request for one claim. OIDC Core §5.5.1. */
  const member = z.nullable(
    z.looseObject({
      essential: z.optional(z.boolean()),
      value: z.optional(z.unknown()),
      values: z.optional(z.array(z.unknown())),
    }),
  )
  const members = z.optional(z.record(z.string(), member))
  return z.looseObject({ userinfo: members, id_token: members })
})

/** The `claims` parameter, OIDC Core §5.5: individually requested claims. */
export interface ClaimsRequest {
  readonly userinfo: readonly string[]
  readonly idToken: readonly string[]
  /** Requested `acr` values, in order of preference. */
  readonly acr: readonly string[]
  /** Whether it must be one of them (OIDC Core §5.5.1.1). */
  readonly acrIsEssential: boolean
  /** The only user that the request accepts. */
  readonly subject: string | undefined
}

const noClaims: ClaimsRequest = {
  userinfo: [],
  idToken: [],
  acr: [],
  acrIsEssential: false,
  subject: undefined,
}

/**
 * The claims that the client may have, and the scopes that consent is asked for: each claim belongs to one. An unknown or
 * forbidden claim is left out (OIDC Core §5.5.1).
 */
export function allowedClaims(request: ClaimsRequest, allowed: Scope) {
  const userinfoClaims = allowedClaimsOf(request.userinfo, allowed)
  const idTokenClaims = allowedClaimsOf(request.idToken, allowed)
  const scope = [
    ...new Set([...userinfoClaims, ...idTokenClaims].flatMap((claim) => scopeOfClaim(claim) ?? [])),
  ]
  return { userinfoClaims, idTokenClaims, scope }
}

/** Individually requested claims whose scopes are allowed (OIDC Core §5.5). */
export function allowedClaimsOf(claims: readonly string[], allowed: Scope): readonly string[] {
  return claims.filter((claim) => allowed.includes(scopeOfClaim(claim) ?? ''))
}

export function parseClaimsRequest(value: string | undefined): ClaimsRequest | Refusal {
  if (value === undefined) return noClaims
  let json: unknown
  try {
    json = JSON.parse(value)
  } catch {
    return refuse('invalid_request', 'claims is not JSON')
  }
  const parsed = schema().safeParse(json)
  if (!parsed.success)
    return refuse('invalid_request', 'claims does not have the structure of OIDC Core §5.5')
  const { userinfo = {}, id_token: idToken = {} } = parsed.data
  const { acr, sub } = idToken
  const wanted = [...(acr?.values ?? []), acr?.value].filter((value) => typeof value === 'string')
  return {
    userinfo: Object.keys(userinfo),
    idToken: Object.keys(idToken),
    acr: wanted,
    acrIsEssential: acr?.essential === true && wanted.length > 0,
    subject: typeof sub?.value === 'string' ? sub.value : undefined,
  }
}
