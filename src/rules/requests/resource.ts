import type { Paths } from '../../paths.ts'
import type { Seconds } from '../../values/time.ts'
import { type Refusal, refuse, shownInError } from '../refusal.ts'
import type { SigningAlgorithm } from '../server/signing-keys.ts'
import type { AuthorizationDetail } from './detail-type.ts'
import { isIdentifier, isSameIdentifier } from './resource-identifier.ts'
import type { Scope, ScopeDefinition } from './scope.ts'

/** An API whose tokens we issue, registered by an administrator. RFC 8707. */
export interface Resource {
  /** Absolute URI without a fragment: the value of `resource` and `aud`. */
  readonly identifier: string
  readonly name: string
  /** Undefined: the same as for every token. */
  readonly accessTokenLifetime: Seconds | undefined
  readonly accessTokenAlg: SigningAlgorithm
  readonly accessTokenTyp: AccessTokenTyp
  readonly scope: Scope
}

/**
 * The header `typ` of the access tokens for an API: RFC 9068 §2.1, or the value that older resource servers accept. Never `JWT`
 * for this server itself: an ID token would look like an access token.
 */
export const accessTokenTyps = ['at+jwt', 'JWT'] as const
export type AccessTokenTyp = (typeof accessTokenTyps)[number]

/** This server as an API: userinfo, and introspection by an access token. */
export interface OwnApi {
  readonly issuer: string
  readonly paths: Pick<Paths, 'userinfo' | 'adminApis'>
}

/** Whether an identifier names this server: by its issuer, or by the URL of its userinfo endpoint. */
export function isOwnApi(identifier: string, { issuer, paths }: OwnApi): boolean {
  return [issuer, issuer + paths.userinfo].some((own) => isSameIdentifier(own, identifier))
}

/**
 * The `resource` parameters of a request. They may be repeated (RFC 8707 §2), so they are read separately. `synonym`: another
 * parameter with the same meaning.
 */
export function parseResources(pairs: URLSearchParams, synonym?: string): readonly string[] | Refusal {
  const names = ['resource', ...(synonym === undefined ? [] : [synonym])]
  const asked = [...new Set(names.flatMap((name) => pairs.getAll(name)).filter((value) => value !== ''))]
  if (asked.length > 10) return invalidTarget('At most 10 resources in one request')
  return asked.every(isIdentifier)
    ? asked
    : invalidTarget('resource must be an absolute URI without a fragment')
}

/**
 * The audiences of an authorization, as registered. A token without `resource` is for the first one: the first that was
 * requested; or else the issuer when `openid` was granted, then the APIs of the granted scopes. An empty list means the issuer.
 */
export function resolveResources(
  asked: readonly string[],
  known: readonly Resource[],
  granted: readonly ScopeDefinition[],
  own: OwnApi,
): readonly string[] | Refusal {
  const owners = [...new Set(granted.flatMap(({ resource }) => resource ?? []))]
  if (asked.length === 0) {
    const isOpenid = granted.some(({ name }) => name === 'openid')
    return isOpenid && owners.length > 0 ? [own.issuer, ...owners] : owners
  }
  const found = asked.map((identifier) => registeredAs(identifier, known, own))
  const unknown = asked.find((_, index) => found[index] === undefined)
  if (unknown !== undefined) {
    return invalidTarget(
      `No API is registered as ${shownInError(unknown)}; an administrator can add it at ${own.issuer}${own.paths.adminApis}`,
      'No API is registered with this identifier',
    )
  }
  const named = [...new Set(found.flatMap((identifier) => identifier ?? []))]
  const foreign = granted.find(({ resource }) => resource !== undefined && !named.includes(resource))
  return foreign === undefined
    ? named
    : refuse(
        'invalid_scope',
        `The scope ${foreign.name} belongs to ${shownInError(foreign.resource ?? '')}, which is not named as a resource`,
        'The scope belongs to an API that is not named as a resource',
      )
}

function registeredAs(asked: string, known: readonly Resource[], own: OwnApi): string | undefined {
  if (isOwnApi(asked, own)) return own.issuer
  return known.find(({ identifier }) => isSameIdentifier(identifier, asked))?.identifier
}

/** The audience of one access token, with its settings. */
export interface Target {
  readonly audience: string
  readonly scope: Scope
  /** The lifetime for the API; undefined where it has none. */
  readonly lifetime: Seconds | undefined
  /** The algorithm of the API; undefined for this server itself, where the application chooses. */
  readonly alg: SigningAlgorithm | undefined
  readonly typ: AccessTokenTyp
  /** Set when it has any. RFC 9396. */
  readonly details?: readonly AuthorizationDetail[]
}

/**
 * The target of one access token of an authorization: one API (RFC 9068 §4, RFC 9700 §2.3), since an API that receives a token
 * for two could use it at the other. `resource` at the token endpoint selects it (RFC 8707 §2.2); scopes of the other APIs are
 * left out. `living` are the authorized resources that still exist.
 */
export function resolveTarget(
  scope: Scope,
  authorized: readonly string[],
  asked: readonly string[],
  living: readonly Resource[],
  own: OwnApi,
): Target | Refusal {
  const all = authorizedFor(scope, authorized, own)
  const found = asked.map((identifier) =>
    isOwnApi(identifier, own)
      ? all.find((audience) => audience === own.issuer)
      : all.find((audience) => isSameIdentifier(audience, identifier)),
  )
  const unknown = asked.find((_, index) => found[index] === undefined)
  if (unknown !== undefined) {
    return invalidTarget(
      `The authorization does not include ${shownInError(unknown)}; name it as resource in the authorization request`,
      'The authorization does not include this resource',
    )
  }
  const named = [...new Set(found.flatMap((audience) => audience ?? []))]
  if (named.length > 1) return invalidTarget('An access token is for one API: send one resource at a time')
  const exists = (audience: string) =>
    audience === own.issuer || living.some(({ identifier }) => identifier === audience)
  const targets = (named.length === 0 ? all : named)
    .filter(exists)
    .map((audience) => targetOf(audience, scope, living))
  const [first] = targets
  if (first === undefined) return invalidTarget('The API no longer exists')
  // A narrower scope may belong to another API only (RFC 6749 §6).
  return targets.find((target) => target.scope.length > 0) ?? first
}

/** A client that may know the user may always call userinfo, whatever the other audiences of the authorization are. */
function authorizedFor(scope: Scope, authorized: readonly string[], { issuer }: OwnApi): readonly string[] {
  if (authorized.length === 0) return [issuer]
  const addsIssuer = scope.includes('openid') && !authorized.includes(issuer)
  return addsIssuer ? [...authorized, issuer] : authorized
}

function targetOf(audience: string, scope: Scope, living: readonly Resource[]): Target {
  const foreign = living
    .filter(({ identifier }) => identifier !== audience)
    .flatMap((resource) => resource.scope)
  const api = living.find(({ identifier }) => identifier === audience)
  return {
    audience,
    scope: scope.filter((name) => !foreign.includes(name)),
    lifetime: api?.accessTokenLifetime,
    alg: api?.accessTokenAlg,
    typ: api?.accessTokenTyp ?? 'at+jwt',
  }
}

function invalidTarget(description: string, reason: string = description): Refusal {
  return refuse('invalid_target', description, reason)
}
