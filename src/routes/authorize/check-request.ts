import type { IdTokenHint } from '../../http/openid/id-token-hint.ts'
import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import type { Asked } from '../../rules/requests/asked.ts'
import { type ExplainedDetail, explainDetail } from '../../rules/requests/authorization-details.ts'
import { type AuthorizationRequest, type CheckingServer, checkRequest } from '../../rules/requests/checks.ts'
import { allowedClaims } from '../../rules/requests/claims-request.ts'
import { type Destination, parseDestination } from '../../rules/requests/destination.ts'
import { type Scope, type ScopeDefinition, unionScope } from '../../rules/requests/scope.ts'
import type { KnownFacts } from './facts.ts'
import type { Untrusted } from './untrusted.ts'

/** The client, and where the answer may go. RFC 6749 §4.1.2.1: until both are verified, nothing is redirected. */
export function findDestination(
  asked: Asked,
  client: Client | undefined,
): { readonly client: Client; readonly destination: Destination } | Untrusted {
  const { problem, parameters } = asked
  if (problem?.name === 'client_id' || problem?.name === 'redirect_uri') {
    return { untrusted: 'unreadable', problem }
  }
  if (client === undefined) {
    return { untrusted: parameters.has('client_id') ? 'unknownApplication' : 'noApplication' }
  }
  const destination = parseDestination(parameters, client)
  if (destination !== undefined) return { client, destination }
  return { untrusted: parameters.has('redirect_uri') ? 'unregistered' : 'noRedirectUri' }
}

/** A valid request: its scopes and APIs exist, and the client may have them. */
export interface CheckedRequest {
  readonly request: AuthorizationRequest
  readonly userinfoClaims: readonly string[]
  readonly idTokenClaims: readonly string[]
  /** The scope that the person is asked about. */
  readonly consentScope: Scope
  readonly explained: readonly ScopeDefinition[]
  /** The authorization details in words. */
  readonly items: readonly ExplainedDetail[]
  /** `sub` of the only user that the client requests. */
  readonly meant: string | undefined
}

/** Reads an ID token of ours; undefined for everything else. */
export type ReadHint = (hint: string) => Promise<IdTokenHint | undefined>

/** The table of checks, and then the one that needs our keys. */
export async function checkAuthorizationRequest(
  asked: Asked,
  { scopes, resources, detailTypes }: KnownFacts,
  client: Client,
  server: CheckingServer,
  readHint: ReadHint,
): Promise<CheckedRequest | Refusal> {
  const request = checkRequest('authorization', { asked, client, scopes, resources, detailTypes, server })
  if (isRefusal(request)) return request
  const meant = await readMeant(request, readHint)
  if (isRefusal(meant)) return meant
  const { scope, ...claims } = allowedClaims(request.claims, client.policy.scope)
  const consentScope = unionScope(request.granted.scope, scope)
  const explained = consentScope.flatMap((name) => scopes.filter((known) => known.name === name))
  const items = request.details.flatMap((detail) => explainDetail(detail, detailTypes) ?? [])
  return { request, ...claims, consentScope, explained, items, meant: meant.subject }
}

/** `id_token_hint` and a `sub` in the `claims` parameter have the same meaning (OIDC Core §3.1.2.1, §5.5.1). */
async function readMeant(
  { idTokenHint, claims }: AuthorizationRequest,
  readHint: ReadHint,
): Promise<{ readonly subject: string | undefined } | Refusal> {
  if (idTokenHint === undefined) return { subject: claims.subject }
  const hint = await readHint(idTokenHint)
  if (hint === undefined) return refuse('invalid_request', 'id_token_hint is not an ID token of this server')
  return claims.subject === undefined || claims.subject === hint.subject
    ? hint
    : refuse('invalid_request', 'id_token_hint and claims.sub name different users')
}
