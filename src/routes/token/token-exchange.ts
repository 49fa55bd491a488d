import type { Client } from '../../rules/clients/client.ts'
import type { Parameters } from '../../rules/parameters.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { isOwnApi, type Resource, resolveTarget, type Target } from '../../rules/requests/resource.ts'
import { isSameIdentifier } from '../../rules/requests/resource-identifier.ts'
import { coversScope, parseScope, type Scope, scopeOf } from '../../rules/requests/scope.ts'
import { identityAssertionType } from '../../rules/tokens/assertion.ts'
import { checkBinding } from '../../rules/tokens/confirmation.ts'
import {
  actorAfter,
  exchangedTypes,
  type RequestedType,
  requestedTypes,
  type SubjectToken,
  type SubjectType,
  subjectTypes,
} from '../../rules/tokens/exchange.ts'
import { read } from '../../store/database.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { isExchanger } from '../../store/requests/named-clients.ts'
import { findResources } from '../../store/requests/resources.ts'
import { exchangeForeign, isOfOtherServer } from './exchange-foreign.ts'
import { readActor, readSubject } from './exchange-subject.ts'
import { type GrantRequest, grant, type TokenServer } from './grant.ts'
import { issueIdentityAssertion } from './identity-assertion.ts'
import { issueAccessToken, loadSigners } from './issue-tokens.ts'

/**
 * RFC 8693: exchanges an access token or an ID token for an access token that is narrower, or for another API. It belongs to
 * the same authorization, expires no later, and has no refresh token: the subject token is the lasting one. Nothing to claim.
 */
export const tokenExchange = grant({
  parse: parseExchange,
  reads({ db }, { resources }) {
    return { named: findResources(db, resources) }
  },
  async redeem(server, client, ask, { named }) {
    // §2.1 allows any client; a public client can't prove its identity.
    if (client.type === 'public')
      return refuse('unauthorized_client', 'Only a confidential client may use this grant type')
    if (ask.type === identityAssertionType) return issueIdentityAssertion(server, client, ask)
    const { type } = ask
    if (type === exchangedTypes[1] && client.policy.accessTokenFormat === 'opaque')
      return refuse('invalid_request', 'The access tokens of this application are not JWTs')
    if (isOfOtherServer(server, ask.subjectToken)) {
      const response = await exchangeForeign(server, client, ask, named)
      return isRefusal(response) ? response : { ...response, issued_token_type: type }
    }
    const exchangeable = await readSubject(server, client, ask.subjectToken, ask.subjectType)
    if (isRefusal(exchangeable)) return exchangeable
    const actor = await readActor(server, client, ask.actorToken)
    if (isRefusal(actor)) return actor
    const { token } = exchangeable
    const audience = audienceOf(server, token, ask.resources, named)
    if (isRefusal(audience)) return audience
    const { db } = server
    const known = await read(db, {
      own: findResources(db, token.audience),
      scopes: findScopes(db, exchangeable.scope),
      isListed: isExchanger(db, audience, client.id),
    })
    const isSame = token.clientId === client.id && token.audience.includes(audience)
    if (!isSame && !known.isListed)
      return refuse('invalid_target', 'The API does not allow this application to exchange tokens')
    const usable = known.scopes.filter(({ resource = audience }) => resource === audience)
    const held = exchangeable.scope.filter((name) => scopeOf(usable).includes(name))
    const scope = scopeFor(client, held, ask.scope)
    if (isRefusal(scope)) return scope
    const target = targetFor(server, audience, scope, [...named, ...known.own])
    if (isRefusal(target)) return target
    const subject = {
      subject: token.subject,
      authorizationId: token.authorizationId,
      authTime: token.authTime,
      acr: token.acr,
      authorizedClientId: isSame ? token.authorizedClientId : (token.authorizedClientId ?? token.clientId),
      actor: actorAfter(client, token, actor !== undefined),
      madeOf: [...token.madeOf, ...(actor === undefined ? [] : [actor.id])],
      notAfter: Math.min(token.expiresAt, actor?.expiresAt ?? token.expiresAt),
    }
    const signers = await loadSigners(server, client, target, token.confirmation ?? actor?.confirmation)
    if (isRefusal(signers)) return signers
    const refusal = checkBinding(actor?.confirmation, signers.confirmation)
    if (refusal !== undefined) return refusal
    const response = await issueAccessToken(server, signers, client, subject, target)
    return { ...response, issued_token_type: type }
  },
})

interface Ask {
  readonly subjectToken: string
  readonly subjectType: SubjectType
  readonly actorToken: string | undefined
  readonly type: RequestedType
  /** The issuer of the server that an identity assertion is for. */
  readonly audience: string | undefined
  readonly resourceNames: readonly string[]
  readonly scope: Scope | undefined
  readonly resources: readonly string[]
}

/** §2.1. An unsupported parameter is refused by name, never ignored. */
function parseExchange({ parameters, resources, resourceNames }: GrantRequest): Ask | Refusal {
  const subjectToken = parameters.get('subject_token')
  if (subjectToken === undefined) return refuse('invalid_request', 'subject_token is missing')
  const subjectType = oneOfTypes(parameters, 'subject_token_type', subjectTypes)
  if (isRefusal(subjectType)) return subjectType
  const actorToken = parameters.get('actor_token')
  // §2.1: the type is present exactly when the token is.
  if (actorToken === undefined && parameters.has('actor_token_type'))
    return refuse('invalid_request', 'actor_token_type was sent without an actor_token')
  const actorType = actorToken && oneOfTypes(parameters, 'actor_token_type', exchangedTypes)
  if (isRefusal(actorType)) return actorType
  const type = oneOfTypes(parameters, 'requested_token_type', requestedTypes, exchangedTypes[0])
  if (isRefusal(type)) return type
  const text = parameters.get('scope')
  const scope = text === undefined ? undefined : parseScope(text)
  if (isRefusal(scope)) return scope
  const audience = parameters.get('audience')
  return { subjectToken, subjectType, actorToken, type, scope, resources, audience, resourceNames }
}

function oneOfTypes<T extends string>(
  parameters: Parameters,
  name: string,
  types: readonly T[],
  otherwise?: T,
): T | Refusal {
  const asked = parameters.get(name) ?? otherwise
  const found = types.find((known) => known === asked)
  return found ?? refuse('invalid_request', `${name} must be one of ${types.join(', ')}`)
}

/** As registered: the requested API, or else that of the token. */
function audienceOf(
  server: TokenServer,
  token: SubjectToken,
  [asked, ...more]: readonly string[],
  named: readonly Resource[],
): string | Refusal {
  const [held = server.issuer] = token.audience
  if (more.length > 0) return refuse('invalid_target', 'An access token is for one API: name only one')
  if (asked === undefined) return held
  if (isOwnApi(asked, server)) return server.issuer
  const found = named.find(({ identifier }) => isSameIdentifier(identifier, asked))
  return found?.identifier ?? refuse('invalid_target', 'No API is registered with this identifier')
}

/** Never more than the existing scopes of the token (§1.1), nor than the receiving application may have. */
function scopeFor(client: Client, held: Scope, asked: Scope | undefined): Scope | Refusal {
  if (asked !== undefined && !coversScope(held, asked))
    return refuse('invalid_scope', 'The subject_token does not cover this scope')
  return (asked ?? held).filter((name) => client.policy.scope.includes(name))
}

function targetFor(
  server: TokenServer,
  audience: string,
  scope: Scope,
  living: readonly Resource[],
): Target | Refusal {
  const target = resolveTarget(scope, [audience], [audience], living, server)
  if (isRefusal(target)) return target
  return target.scope.length === 0
    ? refuse('invalid_scope', 'No scope of the subject_token is allowed for this application and API')
    : target
}
