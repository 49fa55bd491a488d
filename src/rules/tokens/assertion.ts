import { type Refusal, refuse } from '../refusal.ts'
import { isSameIdentifier } from '../requests/resource-identifier.ts'
import { parseScopeNames, type Scope } from '../requests/scope.ts'

/** RFC 7523 §2.1. */
export const jwtBearerGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** An identity assertion (draft-ietf-oauth-identity-assertion-authz-grant): as a type of token, and in the header `typ`. */
export const identityAssertionType = 'urn:ietf:params:oauth:token-type:id-jag'
export const identityAssertionTyp = 'oauth-id-jag+jwt'

/** By which of our columns a person is found whom another server speaks of. */
export const userFields = ['id', 'username', 'email'] as const
export type UserField = (typeof userFields)[number]

/** Another authorization server, as administrators register it. */
export interface OtherServer {
  /** Compared to the letter. */
  readonly issuer: string
  readonly name: string
  /** Where its keys are; undefined: nothing that it signs is accepted. */
  readonly jwksUri: string | undefined
  /** `aud` of its tokens that may be exchanged here; undefined: our issuer. */
  readonly audience: string | undefined
  readonly userField: UserField
  /** The claim that is compared with `userField`. */
  readonly userClaim: string
  /** What our applications may ask for in an assertion for it. */
  readonly assertionScope: Scope
}

type Claims = Readonly<Record<string, unknown>>

/**
 * Whom a JWT of another server speaks of, by what is compared. Undefined when it does not say. An address counts only when that
 * server has verified it: otherwise whoever enters somebody else's there gets in here.
 */
export function userNamedBy(claims: Claims, { userField, userClaim }: OtherServer): string | undefined {
  const value = claims[userClaim]
  if (typeof value !== 'string' || value === '' || value.length > 320) return undefined
  return userField === 'email' && claims.email_verified !== true ? undefined : value
}

/** What a client asks for by an assertion, and what the assertion says of it. */
export interface AssertedRequest {
  readonly scope: Scope | undefined
  readonly resources: readonly string[]
}

/**
 * An identity assertion is for one client, and names the most that it may get by it (§4.4 of the draft): less may be asked for,
 * or nothing, which means all of it.
 */
export function withinAssertion(
  claims: Claims,
  client: { readonly id: string },
  asked: AssertedRequest,
): AssertedRequest | Refusal {
  if (claims.client_id !== client.id)
    return refuse('invalid_grant', 'The assertion is for another client', 'client_id is another')
  const said = typeof claims.scope === 'string' ? parseScopeNames(claims.scope) : undefined
  const scope = asked.scope ?? said
  if (said !== undefined && scope?.some((name) => !said.includes(name)))
    return refuse('invalid_scope', 'The assertion does not name all of this scope')
  const resources = [claims.resource].flat().filter((one) => typeof one === 'string')
  const isOther = (one: string) => !resources.some((named) => isSameIdentifier(named, one))
  if (resources.length > 0 && asked.resources.some(isOther))
    return refuse('invalid_target', 'The assertion is for another API')
  return { scope, resources: asked.resources.length > 0 ? asked.resources : resources }
}
