import { type Refusal, refuse } from '../refusal.ts'

/** A set of scope names, in the order in which they were asked for. RFC 6749 §3.3. */
export type Scope = readonly string[]

/** What a scope means. It is data: administrators add those of their APIs. */
export interface ScopeDefinition {
  readonly name: string
  /** What it lets an application do, in people's words. */
  readonly description: string
  /** Identifier of the API it belongs to; undefined for one that belongs to no API in particular. */
  readonly resource: string | undefined
}

/** The tutorial's two: what is granted when nothing is asked for (RFC 6749 §3.3). */
export const defaultScope: Scope = ['read', 'write']

/** What a new application may ask for. Administrators narrow it, or add the scopes of their APIs. */
export const scopeOfNewClient: Scope = [
  ...defaultScope,
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]

const most = 50

/** NQCHAR of RFC 6749 §3.3. */
const scopeName = /^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/

/** The scope parameter of a request. Whether the names exist is for `checkScope` to say. */
export function parseScope(value: string): Scope | Refusal {
  const names = parseScopeNames(value)
  if (names.length === 0) return refuse('invalid_scope', 'The scope is empty')
  if (names.length > most) return refuse('invalid_scope', `The scope has more than ${most} names`)
  return names.every((name) => scopeName.test(name))
    ? names
    : refuse('invalid_scope', 'The scope holds an invalid name')
}

/** A scope as we wrote it. */
export function parseScopeNames(value: string): Scope {
  return [...new Set(value.split(' ').filter((name) => name !== ''))]
}

/** What was asked for, or the default as far as the client may have it. Nothing is dropped silently: a name too many refuses. */
export function checkScope(
  asked: Scope | undefined,
  known: readonly ScopeDefinition[],
  allowed: Scope,
): readonly ScopeDefinition[] | Refusal {
  const names = asked ?? defaultScope.filter((name) => allowed.includes(name))
  const granted = names.flatMap((name) => known.filter((definition) => definition.name === name))
  if (granted.length < names.length) return refuse('invalid_scope', 'The scope holds an unknown name')
  if (granted.length === 0) return refuse('invalid_scope', 'scope is missing')
  return coversScope(allowed, names)
    ? granted
    : refuse('invalid_scope', 'The application may not ask for this scope')
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
