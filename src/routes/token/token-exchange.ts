import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { isOwnApi, type Resource, resolveTarget, type Target } from '../../rules/requests/resource.ts'
import { isSameIdentifier } from '../../rules/requests/resource-identifier.ts'
import { coversScope, parseScope, type Scope, scopeOf } from '../../rules/requests/scope.ts'
import type { AccessToken } from '../../rules/tokens/access-token.ts'
import {
  actorAfter,
  checkSubject,
  type ExchangedType,
  exchangedTypes,
  invalidSubject,
  madeOf,
} from '../../rules/tokens/exchange.ts'
import { read } from '../../store/database.ts'
import { isExchanger } from '../../store/requests/named-clients.ts'
import { findResources } from '../../store/requests/resources.ts'
import { findScopes } from '../../store/requests/scopes.ts'
import { findLiveToken } from '../../store/tokens/revoked-access-tokens.ts'
import { type GrantRequest, grant, type TokenServer } from './grant.ts'
import { issueAccessToken, loadSigners } from './issue-tokens.ts'

/**
 * RFC 8693: an access token for another one that says less, or is for another API. It belongs to the same authorization, ends no
 * later, and there is no refresh token: the first token is what lasts. Nothing to claim.
 */
export const tokenExchange = grant({
  parse: parseExchange,
  reads({ db }, { resources }) {
    return { named: findResources(db, resources) }
  },
  async redeem(server, client, ask, { named }) {
    // §2.1 lets anybody try; a public client could be anybody.
    if (client.type === 'public')
      return refuse('unauthorized_client', 'Only a confidential client may use this grant type')
    if (ask.type === exchangedTypes[1] && client.policy.accessTokenFormat === 'opaque')
      return refuse('invalid_request', 'The access tokens of this application are not JWTs')
    const token = await server.readAccessToken(ask.subjectToken)
    if (token === undefined) return invalidSubject('It is not one of ours, or has expired')
    const { db, now } = server
    const audience = audienceOf(server, token, ask.resources, named)
    if (isRefusal(audience)) return audience
    const known = await read(db, {
      live: findLiveToken(db, token, now, client.id),
      own: findResources(db, token.audience),
      scopes: findScopes(db, token.scope),
      isListed: isExchanger(db, audience, client.id),
    })
    if (known.live === undefined) return invalidSubject('It was revoked')
    const refusal = checkSubject(client, { token, isNamed: known.live.isNamed })
    if (refusal !== undefined) return refusal
    const isSame = token.clientId === client.id && token.audience.includes(audience)
    if (!isSame && !known.isListed)
      return refuse('invalid_target', 'The API does not let this application get tokens by exchange')
    const usable = known.scopes.filter(({ resource = audience }) => resource === audience)
    const held = known.live.scope.filter((name) => scopeOf(usable).includes(name))
    const scope = scopeFor(client, held, ask.scope)
    if (isRefusal(scope)) return scope
    const target = targetFor(server, audience, scope, [...named, ...known.own])
    if (isRefusal(target)) return target
    const subject = {
      subject: token.subject,
      authorizationId: token.authorizationId,
      authTime: token.authTime,
      authorizedClientId: isSame ? token.authorizedClientId : (token.authorizedClientId ?? token.clientId),
      actor: actorAfter(client, token),
      madeOf: madeOf(token),
      notAfter: token.expiresAt,
    }
    const { accessToken } = await loadSigners(server, client, target)
    const response = await issueAccessToken(server, accessToken, client, subject, target)
    return { ...response, issued_token_type: ask.type }
  },
})

interface Ask {
  readonly subjectToken: string
  readonly type: ExchangedType
  readonly scope: Scope | undefined
  readonly resources: readonly string[]
}

/** §2.1. What is not there yet is refused by its name, never left out. */
function parseExchange({ parameters, resources }: GrantRequest): Ask | Refusal {
  const subjectToken = parameters.get('subject_token')
  if (subjectToken === undefined) return refuse('invalid_request', 'subject_token is missing')
  const subjectType = parameters.get('subject_token_type')
  if (!exchangedTypes.some((known) => known === subjectType))
    return refuse('invalid_request', `subject_token_type must be one of ${exchangedTypes.join(', ')}`)
  if (parameters.has('actor_token'))
    return refuse('invalid_request', 'actor_token is not supported: the client that authenticates acts')
  const asked = parameters.get('requested_token_type') ?? exchangedTypes[0]
  const type = exchangedTypes.find((known) => known === asked)
  if (type === undefined)
    return refuse('invalid_request', `requested_token_type must be one of ${exchangedTypes.join(', ')}`)
  const text = parameters.get('scope')
  const scope = text === undefined ? undefined : parseScope(text)
  if (isRefusal(scope)) return scope
  return { subjectToken, type, scope, resources }
}

/** As it is registered: the API that is asked for, or else that of the token. */
function audienceOf(
  server: TokenServer,
  token: AccessToken,
  [asked, ...more]: readonly string[],
  named: readonly Resource[],
): string | Refusal {
  const [held = server.issuer] = token.audience
  if (more.length > 0) return refuse('invalid_target', 'An access token is for one API: name one')
  if (asked === undefined) return held
  if (isOwnApi(asked, server)) return server.issuer
  const found = named.find(({ identifier }) => isSameIdentifier(identifier, asked))
  return found?.identifier ?? refuse('invalid_target', 'No API is registered by this identifier')
}

/** Never more than the token says (§1.1), of what there still is, nor than the application that gets it may have. */
function scopeFor(client: Client, held: Scope, asked: Scope | undefined): Scope | Refusal {
  if (asked !== undefined && !coversScope(held, asked))
    return refuse('invalid_scope', 'The subject_token has not all of this scope')
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
    ? refuse('invalid_scope', 'Nothing of the scope of the subject_token is for this application and API')
    : target
}
