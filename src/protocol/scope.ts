import { type Refusal, refuse } from './refusal.ts'

/** What each scope lets an application do, in people's words. The tutorial's two. */
export const scopeDescriptions = {
  read: 'See your data',
  write: 'Change your data',
} as const

export type ScopeName = keyof typeof scopeDescriptions

/** A set of scope names, in the order of the table above. RFC 6749 §3.3. */
export type Scope = readonly ScopeName[]

const allNames = Object.keys(scopeDescriptions).filter(isScopeName)

function isScopeName(name: string): name is ScopeName {
  return Object.hasOwn(scopeDescriptions, name)
}

/** What is granted when nothing is asked for. RFC 6749 §3.3 wants a documented default. */
export const defaultScope: Scope = allNames

/** A scope parameter or column to a scope; nothing is dropped silently (RFC 6749 §3.3): an unknown name refuses the request. */
export function parseScope(value: string): Scope | Refusal {
  const asked = value.split(' ').filter((name) => name !== '')
  if (asked.length === 0) return refuse('invalid_scope', 'The scope is empty')
  if (!asked.every(isScopeName)) {
    return refuse('invalid_scope', `The scope holds an unknown name; known are ${allNames.join(', ')}`)
  }
  return allNames.filter((name) => asked.includes(name))
}

export function formatScope(scope: Scope): string {
  return scope.join(' ')
}

export function coversScope(held: Scope, asked: Scope): boolean {
  return asked.every((name) => held.includes(name))
}

export function unionScope(a: Scope, b: Scope): Scope {
  return allNames.filter((name) => a.includes(name) || b.includes(name))
}
