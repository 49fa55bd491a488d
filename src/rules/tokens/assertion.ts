import { type Refusal, refuse } from '../refusal.ts'
import { isSameIdentifier } from '../requests/resource-identifier.ts'
import { parseScopeNames, type Scope } from '../requests/scope.ts'

/** RFC 7523 §2.1. */
export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** An identity assertion (draft-ietf-oauth-identity-assertion-authz-grant): as a token type, and in the header `typ`. */
export const identityAssertionType = 'urn:ietf:params:oauth:token-type:id-jag'
export const identityAssertionTyp = 'oauth-id-jag+jwt'
/** The name of the grant that accepts one, in metadata. */
export const identityAssertionProfile = 'urn:ietf:params:oauth:grant-profile:id-jag'

/** The column by which another server's user is found. */
export const userFields = ['id', 'username', 'email'] as const
export type UserField = (typeof userFields)[number]

/** Another authorization server, registered by an administrator. */
export interface OtherServer {
  /** Compared exactly. */
  readonly issuer: string
  readonly name: string
  /** URL of its keys; undefined: none of its signatures is accepted. */
  readonly jwksUri: string | undefined
  /** `aud` of its tokens that may be exchanged here; undefined: our issuer. */
  readonly audience: string | undefined
  readonly userField: UserField
  /** The claim that is compared with `userField`. */
  readonly userClaim: string
  /** The scope that our applications may request in an assertion for it. */
  readonly assertionScope: Scope
}

type Claims = Readonly<Record<string, unknown>>

/**
 * The user of another server's JWT, as the value to compare. Undefined if it has none. An address counts only if that server
 * has verified it: otherwise anybody who enters another person's address there would get in here.
 */
export function userNamedBy(claims: Claims, { userField, userClaim }: OtherServer): string | undefined {
  const value = claims[userClaim]
  if (typeof value !== 'string' || value === '' || value.length > 320) return undefined
  return userField === 'email' && claims.email_verified !== true ? undefined : value
}

/** A client's request with an assertion, and the assertion's limits. */
export interface AssertedRequest {
  readonly scope: Scope | undefined
  readonly resources: readonly string[]
}

/**
 * An identity assertion is for one client, and names the maximum that it may get (§4.4.1 of the draft): it may request less, or
 * nothing, which means all of it.
 */
export function withinAssertion(
  claims: Claims,
  client: { readonly id: string },
  asked: AssertedRequest,
): AssertedRequest | Refusal {
  if (claims.client_id !== client.id)
    return refuse(
      'invalid_grant',
      'The assertion is for another client',
      'client_id does not match the assertion',
    )
  const said = typeof claims.scope === 'string' ? parseScopeNames(claims.scope) : undefined
  const scope = asked.scope ?? said
  if (said !== undefined && scope?.some((name) => !said.includes(name)))
    return refuse('invalid_scope', 'The assertion does not cover this scope')
  const resources = [claims.resource].flat().filter((one) => typeof one === 'string')
  const isOther = (one: string) => !resources.some((named) => isSameIdentifier(named, one))
  if (resources.length > 0 && asked.resources.some(isOther))
    return refuse('invalid_target', 'The assertion is for another API')
  return { scope, resources: asked.resources.length > 0 ? asked.resources : resources }
}
