import type { Paths } from '../../paths.ts'
import type { Seconds } from '../../values/time.ts'
import { type Refusal, refuse, shownInError } from '../refusal.ts'
import type { SigningAlgorithm } from '../server/signing-keys.ts'
import { isIdentifier, isSameIdentifier } from './resource-identifier.ts'
import type { Scope, ScopeDefinition } from './scope.ts'

/** An API whose tokens we issue, registered by an administrator. RFC 8707. */
export interface Resource {
  /** Absolute URI without a fragment: what `resource` names and `aud` holds. */
  readonly identifier: string
  readonly name: string
  /** Undefined: as for every token. */
  readonly accessTokenLifetime: Seconds | undefined
  readonly accessTokenAlg: SigningAlgorithm
  readonly accessTokenTyp: AccessTokenTyp
  readonly scope: Scope
}

/**
 * The header `typ` of the access tokens for an API: RFC 9068 §2.1, or what resource servers from before it take. Never `JWT` for
 * this server itself: an ID token would look like an access token.
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
 * The `resource` parameters of a request. They may come many times (RFC 8707 §2), so they are read beside the others. `synonym`:
 * what else names them.
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
 * What an authorization is for: `aud` values as registered. The first is what a token is for that names none: the first that
 * was asked for; or else the issuer when `openid` was granted, then the APIs of the granted scopes. None at all means the
 * issuer.
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

/** What one access token is for. */
export interface Target {
  readonly audience: string
  readonly scope: Scope
  /** The API's own; undefined where it has none. */
  readonly lifetime: Seconds | undefined
  /** What the API takes; undefined for this server itself, where the application says. */
  readonly alg: SigningAlgorithm | undefined
  readonly typ: AccessTokenTyp
}

/**
 * What one access token is for, of what was authorized: one API (RFC 9068 §4, RFC 9700 §2.3), since whoever receives a token for
 * two of them can use it at the other. `resource` at the token endpoint chooses it (RFC 8707 §2.2); the scopes of the other
 * APIs stay out of it. `living` are those of the authorized resources that still exist.
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
  // A narrower scope may be of another API alone (RFC 6749 §6).
  return targets.find((target) => target.scope.length > 0) ?? first
}

/** Who may know the user may always ask userinfo, whatever else the authorization is for. */
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
