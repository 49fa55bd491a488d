import type { Context } from '../../http/context.ts'
import { readIdTokenHint } from '../../http/openid/id-token-hint.ts'
import { type Client, isRegisteredFor } from '../../rules/clients/client.ts'
import { suspensionOf } from '../../rules/clients/suspension.ts'
import type { ParameterProblem } from '../../rules/parameters.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { allowedClaims } from '../../rules/requests/claims-request.ts'
import {
  type AuthorizationRequest,
  type Destination,
  parseAuthorizationRequest,
  parseDestination,
} from '../../rules/requests/request.ts'
import { resolveResources } from '../../rules/requests/resource.ts'
import {
  checkScope,
  type Scope,
  type ScopeDefinition,
  scopeOf,
  unionScope,
} from '../../rules/requests/scope.ts'
import type { Asked } from './asked.ts'
import type { KnownFacts } from './facts.ts'

/** Why nothing can be sent anywhere: for the person to read. */
export interface Untrusted {
  readonly untrusted: 'unreadable' | 'unknownApplication' | 'unregistered'
  /** What is wrong with a request that can't be read. */
  readonly problem?: ParameterProblem
}

/** Who asks, and where the answer may go. RFC 6749 §4.1.2.1: until both are known to be right, nothing is redirected. */
export function findDestination(
  asked: Asked,
  client: Client | undefined,
): { readonly client: Client; readonly destination: Destination } | Untrusted {
  const { problem, parameters } = asked
  if (problem?.name === 'client_id' || problem?.name === 'redirect_uri') {
    return { untrusted: 'unreadable', problem }
  }
  if (client === undefined) return { untrusted: 'unknownApplication' }
  const destination = parseDestination(parameters, client)
  return destination === undefined ? { untrusted: 'unregistered' } : { client, destination }
}

/** A request that may go on: what it asks for exists, and the client may have it. */
export interface CheckedRequest {
  readonly request: AuthorizationRequest
  readonly scope: Scope
  readonly resources: readonly string[]
  readonly userinfoClaims: readonly string[]
  readonly idTokenClaims: readonly string[]
  /** What the person is asked about. */
  readonly consentScope: Scope
  readonly explained: readonly ScopeDefinition[]
  /** `sub` of the one user whom the client means. */
  readonly meant: string | undefined
}

export async function checkRequest(
  c: Context,
  asked: Asked,
  facts: KnownFacts,
  client: Client,
): Promise<CheckedRequest | Refusal> {
  if (asked.problem !== undefined) return asked.problem.refusal
  if (isRefusal(asked.resources)) return asked.resources
  if (isRefusal(asked.claims)) return asked.claims
  const suspension = suspensionOf(client)
  if (suspension !== undefined) return { ...suspension, refused: 'unauthorized_client' }
  if (!isRegisteredFor(client, 'authorization-code')) {
    return refuse(
      'unauthorized_client',
      'The application is not registered for the grant type authorization_code',
    )
  }
  const request = parseAuthorizationRequest(asked.parameters, client, asked.claims)
  if (isRefusal(request)) return request
  const granted = checkScope(request.scope, facts.scopes, client, c.var)
  if (isRefusal(granted)) return granted
  const resources = resolveResources(asked.resources, facts.resources, granted, c.var)
  if (isRefusal(resources)) return resources
  const meant = await readMeant(c, request)
  if (isRefusal(meant)) return meant

  const scope = scopeOf(granted)
  const claims = allowedClaims(asked.claims, client.policy.scope)
  const consentScope = unionScope(scope, claims.scope)
  const explained = consentScope.flatMap((name) => facts.scopes.filter((known) => known.name === name))
  const { userinfoClaims, idTokenClaims } = claims
  return {
    request,
    scope,
    resources,
    userinfoClaims,
    idTokenClaims,
    consentScope,
    explained,
    meant: meant.subject,
  }
}

/** `id_token_hint` and a `sub` in the `claims` parameter say the same thing (OIDC Core §3.1.2.1, §5.5.1). */
async function readMeant(
  c: Context,
  { idTokenHint, claims }: AuthorizationRequest,
): Promise<{ readonly subject: string | undefined } | Refusal> {
  if (idTokenHint === undefined) return { subject: claims.subject }
  const hint = await readIdTokenHint(c, idTokenHint)
  if (hint === undefined) return refuse('invalid_request', 'id_token_hint is not an ID token of this server')
  return claims.subject === undefined || claims.subject === hint.subject
    ? hint
    : refuse('invalid_request', 'id_token_hint and claims mean two users')
}
