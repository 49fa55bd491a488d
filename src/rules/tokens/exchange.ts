import type { Client } from '../clients/client.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { AccessToken, Actor } from './access-token.ts'
import { identityAssertionType } from './assertion.ts'

/** RFC 8693 §2.1. */
export const tokenExchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** RFC 8693 §3: an access token, named by its use or by its format. */
export const exchangedTypes = [
  'urn:ietf:params:oauth:token-type:access_token',
  'urn:ietf:params:oauth:token-type:jwt',
] as const

/** Types that can be requested: also an identity assertion for another server. */
export const requestedTypes = [...exchangedTypes, identityAssertionType] as const
export type RequestedType = (typeof requestedTypes)[number]

/** Types that can be exchanged: also an ID token. */
export const idTokenType = 'urn:ietf:params:oauth:token-type:id_token'
export const subjectTypes = [...exchangedTypes, idTokenType] as const
export type SubjectType = (typeof subjectTypes)[number]

/** How many applications may act in a chain. */
const longestChain = 5

/** How many tokens may be exchanged in a chain. Each of them is looked up whenever the last one is. */
const longestDescent = 10

/** The user and the access of a token to be exchanged, whatever its kind. */
export type SubjectToken = Pick<
  AccessToken,
  | 'subject'
  | 'clientId'
  | 'authorizationId'
  | 'authorizedClientId'
  | 'actor'
  | 'authTime'
  | 'acr'
  | 'confirmation'
  | 'expiresAt'
> & {
  /** APIs that the application could get a token for without exchange, too. The first one is the default. */
  readonly audience: readonly string[]
  /** The `jti` of it and of its whole chain; an ID token has none. */
  readonly madeOf: readonly string[]
}

/** A token to be exchanged, with the facts known here. */
export interface KnownSubject {
  readonly token: SubjectToken
  /** Whether an API in its audience has named the requesting application: then that API received it. */
  readonly isNamed: boolean
}

/**
 * Whether an application may exchange a token: one of its own, or one that it received as the API. Only a token with a user,
 * since it ends with the authorization. A token that it may not use gets the same answer as an invalid one (§2.2.2).
 */
export function checkSubject(client: Pick<Client, 'id'>, subject: KnownSubject): Refusal | undefined {
  const { token, isNamed } = subject
  if (token.clientId !== client.id && !isNamed)
    return invalidSubject('The token belongs neither to the client nor to its API')
  if (token.authorizationId === undefined) return invalidSubject('The token was not issued for a user')
  if (actorsOf(token.actor).length >= longestChain)
    return refuse('invalid_request', `At most ${longestChain} applications may act in a chain`)
  if (token.madeOf.length > longestDescent)
    return refuse('invalid_request', `At most ${longestDescent} tokens may be exchanged in a chain`)
  return undefined
}

/** An access token as a subject token. */
export function subjectOf(token: AccessToken): SubjectToken {
  return { ...token, madeOf: [...(token.madeOf ?? []), token.id] }
}

export function invalidSubject(reason: string): Refusal {
  return refuse('invalid_request', 'The subject_token is not valid for this application', reason)
}

/**
 * RFC 8693 §2.1: an `actor_token` names the actor. It can only be the requesting application, with an access token that it got
 * for itself (client credentials): nobody else has authenticated here.
 */
export function checkActor(client: Pick<Client, 'id'>, token: AccessToken): Refusal | undefined {
  const isItself = token.clientId === client.id && token.authorizationId === undefined
  return isItself ? undefined : invalidActor('The token does not belong to the client itself')
}

export function invalidActor(reason: string): Refusal {
  return refuse('invalid_request', 'The actor_token is not valid for this application', reason)
}

/**
 * RFC 8693 §4.1: a different application becomes the actor, followed by the earlier ones. So does the same application, if it
 * sends an `actor_token`.
 */
export function actorAfter(
  client: Pick<Client, 'id'>,
  { clientId, actor }: SubjectToken,
  saysSo: boolean,
): Actor | undefined {
  if (client.id === clientId && !saysSo) return actor
  return actor === undefined ? { sub: client.id } : { sub: client.id, act: actor }
}

/** Ids of the acting applications, the last one first. */
export function actorsOf(actor: Actor | undefined): readonly string[] {
  return actor === undefined ? [] : [actor.sub, ...actorsOf(actor.act)]
}
