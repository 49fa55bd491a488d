import type { Client } from '../../rules/clients/client.ts'
import { isRefusal, type Refusal, refuse } from '../../rules/refusal.ts'
import { type Resource, resolveTarget } from '../../rules/requests/resource.ts'
import { isSameIdentifier } from '../../rules/requests/resource-identifier.ts'
import { checkScope, type Scope, scopeOf } from '../../rules/requests/scope.ts'
import { invalidSubject } from '../../rules/tokens/exchange.ts'
import { issuerNamedBy } from '../../secrets/foreign-jwt.ts'
import { read } from '../../store/database.ts'
import { findScopes } from '../../store/requests/known-scopes.ts'
import { isExchanger } from '../../store/requests/named-clients.ts'
import type { TokenResponse, TokenServer } from './grant.ts'
import { issueAccessToken, loadSigners } from './issue-tokens.ts'
import { beginAsserted, readVouched } from './other-server.ts'

/** Limit for the expiry of another server's token. */
const longestLife = 86_400

interface ForeignAsk {
  readonly subjectToken: string
  readonly actorToken: string | undefined
  readonly scope: Scope | undefined
  readonly resources: readonly string[]
}

/** Unverified: decides how a subject token is handled. */
export function isOfOtherServer({ issuer }: Pick<TokenServer, 'issuer'>, subjectToken: string): boolean {
  const named = issuerNamedBy(subjectToken)
  return named !== undefined && named !== issuer
}

/**
 * RFC 8693 for an ID token or access token of another server, a JWT: its person gets an authorization here that expires with
 * it. For an API that has named the application, like every exchange.
 */
export async function exchangeForeign(
  server: TokenServer,
  client: Client,
  ask: ForeignAsk,
  named: readonly Resource[],
): Promise<TokenResponse | Refusal> {
  const { db, issuer } = server
  if (ask.actorToken !== undefined)
    return refuse('invalid_request', 'actor_token is only for subject tokens of this server')
  const vouched = await readVouched(server, client, ask.subjectToken, ({ audience = issuer }) => ({
    audience: [audience],
    typs: ['jwt', 'at+jwt'],
    longestLife,
  }))
  if (typeof vouched === 'string') return invalidSubject(vouched)
  const [asked, ...more] = ask.resources
  const api = named.find(({ identifier }) => asked !== undefined && isSameIdentifier(identifier, asked))
  if (api === undefined || more.length > 0)
    return refuse('invalid_target', 'Name one registered API, in resource or audience')
  const { scopes, isListed } = await read(db, {
    scopes: findScopes(db, ask.scope ?? client.policy.scope),
    isListed: isExchanger(db, api.identifier, client.id),
  })
  if (!isListed)
    return refuse('invalid_target', 'The API does not let this application get tokens by exchange')
  const usable = scopes.filter(({ resource = api.identifier }) => resource === api.identifier)
  const granted = checkScope(ask.scope ?? scopeOf(usable), usable, client, server)
  if (isRefusal(granted)) return granted
  const target = resolveTarget(scopeOf(granted), [api.identifier], [api.identifier], named, server)
  if (isRefusal(target)) return target
  const signers = await loadSigners(server, client, target, undefined)
  if (isRefusal(signers)) return signers
  const notAfter = vouched.jwt.expiresAt
  const subject = await beginAsserted(server, client, vouched, target, { isOnce: false, notAfter })
  if (isRefusal(subject)) return subject
  return issueAccessToken(server, signers, client, { ...subject, authorizedClientId: client.id }, target)
}
