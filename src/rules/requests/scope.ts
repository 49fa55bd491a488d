import type { Paths } from '../../paths.ts'
import { type Refusal, refuse, shownInError } from '../refusal.ts'

/** A set of scope names, in the order in which they were requested. RFC 6749 §3.3. */
export type Scope = readonly string[]

/** The definition of a scope. It is data: administrators add those of their APIs. */
export interface ScopeDefinition {
  readonly name: string
  /** The access it gives an application, in plain words. */
  readonly description: string
  /** Identifier of the API it belongs to; undefined if it belongs to no particular API. */
  readonly resource: string | undefined
}

/** The tutorial's two: granted when no scope is requested (RFC 6749 §3.3). */
export const defaultScope: Scope = ['read', 'write']

/** The scopes of userinfo: without `openid` it answers nothing (OIDC Core §5.3, §5.4). */
export const scopeOfUserinfo: Scope = ['openid', 'profile', 'email', 'address', 'phone']

/** The scopes of a new application. Administrators narrow them, or add scopes of their APIs. */
export const scopeOfNewClient: Scope = [...defaultScope, ...scopeOfUserinfo, 'offline_access']

/** Those of an application that a person registers in the form: more are ticked when they are needed. */
export const scopeOfRegistered: Scope = [...defaultScope, 'openid', 'profile', 'email', 'offline_access']

/** The usual scopes of an application. */
const scopeToBeginWith: Scope = ['openid', 'profile', 'email']

/** A client, as far as scopes matter. */
interface Scoped {
  readonly policy: { readonly scope: Scope }
}

/**
 * The scope of the examples for a client: a sign-in, instead of everything it may request, which would fill the consent page.
 * If it may not request that, all of its scopes.
 */
export function scopeOfExample({ policy }: Scoped): Scope {
  const common = scopeToBeginWith.filter((name) => policy.scope.includes(name))
  return common.includes('openid') ? common : policy.scope
}

const most = 50

/** NQCHAR of RFC 6749 §3.3. */
const scopeName = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/

/** The scope parameter of a request. `checkScope` decides whether the names exist. */
export function parseScope(value: string): Scope | Refusal {
  const names = parseScopeNames(value)
  if (names.length === 0) return refuse('invalid_scope', 'The scope is empty')
  if (names.length > most) return refuse('invalid_scope', `The scope has more than ${most} names`)
  const invalid = names.find((name) => !scopeName.test(name))
  return invalid === undefined
    ? names
    : refuse(
        'invalid_scope',
        `Not a valid scope name: ${shownInError(invalid)}`,
        'The scope contains an invalid name',
      )
}

/** A scope that this server wrote. */
export function parseScopeNames(value: string): Scope {
  return [...new Set(value.split(' ').filter((name) => name !== ''))]
}

/** Where people can add a missing scope. */
export interface ScopePlaces {
  readonly issuer: string
  readonly paths: Pick<Paths, 'adminScopes' | 'applicationPolicy'>
}

/**
 * The requested scope, or the default, without names that don't exist or are not allowed. Those are ignored (OIDC Core
 * §3.1.2.1), since the answer says what was granted (RFC 6749 §3.3); the request is refused only when nothing remains, with the
 * reasons.
 */
export function checkScope(
  asked: Scope | undefined,
  known: readonly ScopeDefinition[],
  client: Scoped & { readonly id: string },
  { issuer, paths }: ScopePlaces,
): readonly ScopeDefinition[] | Refusal {
  const names = asked ?? defaultScope
  const existing = names.flatMap((name) => known.filter((definition) => definition.name === name))
  const granted = existing.filter(({ name }) => client.policy.scope.includes(name))
  if (granted.length > 0) return granted
  if (asked === undefined) return refuse('invalid_scope', 'scope is missing')
  const unknown = names.filter((name) => existing.every((definition) => definition.name !== name))
  const faults = [
    ...(unknown.length === 0
      ? []
      : [`Unknown scope: ${listed(unknown)} (administrators add one at ${issuer}${paths.adminScopes})`]),
    ...(existing.length === 0
      ? []
      : [
          `This application may not ask for: ${listed(scopeOf(existing))} (allow it at ${issuer}${paths.applicationPolicy(client.id)})`,
        ]),
  ]
  return refuse('invalid_scope', faults.join('; '), 'No requested scope exists and is allowed')
}

function listed(names: Scope): string {
  const shown = names.slice(0, 5).map(shownInError).join(', ')
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown
}

/** Scopes about a person: a client that acts for itself has none. */
const aboutPeople: Scope = ['openid', 'profile', 'email', 'address', 'phone', 'groups', 'offline_access']

/** The requested scope that a client may have for itself (RFC 6749 §4.4). Refused when nothing remains. */
export function scopeForItself(asked: Scope | undefined): Scope | undefined | Refusal {
  const own = asked?.filter((name) => !aboutPeople.includes(name))
  return asked !== undefined && own?.length === 0
    ? refuse('invalid_scope', `Not available without a user: ${listed(asked)}`)
    : own
}

export function scopeOf(definitions: readonly ScopeDefinition[]): Scope {
  return definitions.map(({ name }) => name)
}

export function formatScope(scope: Scope): string {
  return scope.join(' ')
}

export function coversScope(held: Scope, asked: Scope): boolean {
  return asked.every((name) => held.includes(name))
}

export function unionScope(a: Scope, b: Scope): Scope {
  return [...new Set([...a, ...b])]
}
