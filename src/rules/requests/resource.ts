import type { Seconds } from '../../values/time.ts'
import { type Refusal, refuse } from '../refusal.ts'
import type { Scope, ScopeDefinition } from './scope.ts'

/** An API whose tokens we issue, registered by an administrator. RFC 8707. */
export interface Resource {
  /** Absolute URI without a fragment: what `resource` names and `aud` holds. */
  readonly identifier: string
  readonly name: string
  /** Undefined: as for every token. */
  readonly accessTokenLifetime: Seconds | undefined
  readonly scope: Scope
}

/** The `resource` parameters of a request. They may come many times (RFC 8707 §2), so they are read beside the others. */
export function parseResources(pairs: URLSearchParams): readonly string[] | Refusal {
  const asked = [...new Set(pairs.getAll('resource').filter((value) => value !== ''))]
  if (asked.length > 10) return invalidTarget('At most 10 resources in one request')
  return asked.every(isIdentifier)
    ? asked
    : invalidTarget('resource must be an absolute URI without a fragment')
}

export function isIdentifier(value: string): boolean {
  return value.length <= 500 && /^[\x21-\x22\x24-\x7e]+$/.test(value) && URL.canParse(value)
}

/**
 * The resources that an authorization is for: those that were asked for, or else those that the granted scopes belong to.
 * None at all means the issuer itself.
 */
export function resolveResources(
  asked: readonly string[],
  known: readonly Resource[],
  granted: readonly ScopeDefinition[],
  issuer: string,
): readonly string[] | Refusal {
  if (
    !asked.every(
      (identifier) => identifier === issuer || known.some((resource) => resource.identifier === identifier),
    )
  ) {
    return invalidTarget('No API with this identifier is registered')
  }
  const owners = [...new Set(granted.flatMap(({ resource }) => resource ?? []))]
  if (asked.length === 0) return owners
  return owners.every((owner) => asked.includes(owner))
    ? asked
    : refuse('invalid_scope', 'The scope belongs to an API that resource does not name')
}

export interface Target {
  readonly audience: readonly string[]
  readonly scope: Scope
  /** The shortest of the APIs it is for; undefined where none has its own. */
  readonly lifetime: Seconds | undefined
}

/**
 * What one access token is for, of what was authorized. RFC 8707 §2.2: `resource` at the token endpoint narrows it, and then
 * the scopes of the other APIs stay out of it. `living` are those of the authorized resources that still exist.
 */
export function resolveTarget(
  scope: Scope,
  authorized: readonly string[],
  asked: readonly string[],
  living: readonly Resource[],
  issuer: string,
): Target | Refusal {
  const everything = authorized.length === 0 ? [issuer] : authorized
  if (!asked.every((identifier) => everything.includes(identifier))) {
    return invalidTarget('The authorization is not for this resource')
  }
  const exists = (identifier: string) =>
    identifier === issuer || living.some((resource) => resource.identifier === identifier)
  const audience = (asked.length === 0 ? everything : asked).filter(exists)
  if (audience.length === 0) return invalidTarget('The API does not exist any more')
  const foreign = living
    .filter(({ identifier }) => !audience.includes(identifier))
    .flatMap((resource) => resource.scope)
  const lifetimes = living
    .filter(({ identifier }) => audience.includes(identifier))
    .flatMap(({ accessTokenLifetime }) => accessTokenLifetime ?? [])
  return {
    audience,
    scope: scope.filter((name) => !foreign.includes(name)),
    lifetime: lifetimes.length === 0 ? undefined : Math.min(...lifetimes),
  }
}

function invalidTarget(description: string): Refusal {
  return refuse('invalid_target', description)
}
